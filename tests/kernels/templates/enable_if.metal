// enable_if_t keeps an overload out for other types.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 2]
// ember: [header]
template <typename T>
enable_if_t<is_integral_v<T>, int> kind(T) { return 1; }
template <typename T>
enable_if_t<is_floating_point_v<T>, int> kind(T) { return 2; }
// ember: [body]
y[0] = kind(3);
y[1] = kind(3.0f);
