// A reference to an array keeps its size, which a template deduces.
// ember: output y = f32(3)
// ember: output n = i32(1)
// ember: grid 1
// ember: expect y = [2, 2, 12]
// ember: expect n = [3]
// ember: [header]
void fill(thread float (&a)[3], float v) { for (int i = 0; i < 3; i++) a[i] = v; }
template <typename T, int N> T total(const thread T (&a)[N]) { T s = 0; for (int i = 0; i < N; i++) s += a[i]; return s; }
template <typename T, int N> constexpr int count(threadgroup T (&)[N]) { return N; }
// ember: [body]
float a[3];
threadgroup float t[3];
fill(a, 2);
y[0] = a[0]; y[1] = a[2]; y[2] = total(a) * 2;
n[0] = count(t);
