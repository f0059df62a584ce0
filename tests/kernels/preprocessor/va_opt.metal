// __VA_OPT__ keeps its tokens only where arguments are left for the dots.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [4, 7, 9]
// ember: [header]
inline int f(int a) { return a; }
inline int f(int a, int b) { return a + b; }
#define F(a, ...) f(a __VA_OPT__(,) __VA_ARGS__)
#define G(a, ...) (a __VA_OPT__(+ (1 + (__VA_ARGS__))))
// ember: [body]
y[0] = F(4);
y[1] = F(4, 3);
y[2] = G(1) + G(2, 5);
