// Explicit template arguments, some of them, the rest deduced.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [2, 7]
// ember: [header]
template <typename To, typename From>
To convert(From v) { return To(v); }
template <int N>
int plus(int v) { return v + N; }
// ember: [body]
y[0] = convert<int>(2.75f);
y[1] = plus<4>(3);
