// T is deduced from each argument list anew.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [3, 3.5, 2]
// ember: [header]
template <typename T>
T half_sum(T a, T b) { return (a + b) / 2; }
// ember: [body]
y[0] = half_sum(3, 4);
y[1] = half_sum(3.0f, 4.0f);
y[2] = sizeof(half_sum(1.0h, 2.0h));
