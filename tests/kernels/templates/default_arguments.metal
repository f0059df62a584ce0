// Template parameters with defaults.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [10, 20]
// ember: [header]
template <int N = 5, typename T = int>
T times(T v) { return v * N; }
// ember: [body]
y[0] = times(2);
y[1] = times<10>(2);
