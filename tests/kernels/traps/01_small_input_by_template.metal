// The way out: a pointer type that is deduced takes inputs of every size.
// ember: input small = f32:[1, 2, 3]
// ember: input large = f32(8):arange
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [6, 28]
// ember: [header]
template <typename P> float total(P p, int n) { float s = 0; for (int i = 0; i < n; i++) s += p[i]; return s; }
// ember: [body]
y[0] = total(small, 3);
auto p = large;
y[1] = total(p, 8);
