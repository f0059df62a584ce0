// Functions calling functions, several times each.
// ember: output y = i32(1)
// ember: expect y = [30]
// ember: [header]
inline int sq(int a) { return a * a; }
static inline int sum_sq(int a, int b) { return sq(a) + sq(b); }
METAL_FUNC int three(int a, int b, int c) { return sum_sq(a, b) + sq(c); }
// ember: [body]
y[0] = three(1, 2, 5);
