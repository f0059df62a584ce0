// A return type that does not exist takes an overload out.
// ember: output y = f32(6)
// ember: grid 1
// ember: expect y = [2, 3, 2, 3, 2, 3]
// ember: [header]
template <typename T> typename metal::enable_if<metal::is_floating_point<T>::value, T>::type f(T a) { return a * 2; }
template <typename T> typename metal::enable_if<metal::is_integral<T>::value, T>::type f(T a) { return a * 3; }
template <typename T, metal::enable_if_t<metal::is_floating_point_v<T>, int> = 0> T g(T a) { return a * 2; }
template <typename T, metal::enable_if_t<metal::is_integral_v<T>, int> = 0> T g(T a) { return a * 3; }
template <typename T> metal::enable_if_t<sizeof(T) == 4, T> h(T a) { return a * 2; }
template <typename T> metal::enable_if_t<sizeof(T) == 2, T> h(T a) { return a * 3; }
// ember: [body]
y[0] = f(1.0f); y[1] = f(1);
y[2] = g(1.0f); y[3] = g(1);
y[4] = h(1.0f); y[5] = h(1.0h);
