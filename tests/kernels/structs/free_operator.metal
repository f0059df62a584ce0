// An operator as a free function, with a scalar on the left.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [6, 8]
// ember: [header]
struct V { float a, b; };
V operator*(float s, V v) { return {s * v.a, s * v.b}; }
// ember: [body]
V v = {3, 4};
V w = 2 * v;
y[0] = w.a;
y[1] = w.b;
