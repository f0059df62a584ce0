// A function returns a struct by braces.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 7]
// ember: [header]
struct MinMax { int lo, hi; };
MinMax minmax(int a, int b) { return {min(a, b), max(a, b)}; }
// ember: [body]
auto m = minmax(7, 1);
y[0] = m.lo;
y[1] = m.hi;
