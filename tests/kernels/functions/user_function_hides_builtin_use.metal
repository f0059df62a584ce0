// A user overload of a library name is taken for its own types.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [5, 2]
// ember: [header]
struct V { float a; };
float max(V v, V w) { return v.a + w.a; }
// ember: [body]
V v = {2}, w = {3};
y[0] = max(v, w);
y[1] = max(1.0f, 2.0f);
