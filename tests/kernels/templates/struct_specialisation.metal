// Full and partial specialisations of a struct.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [0, 1, 2]
// ember: [header]
template <typename T>
struct Kind { static constant constexpr int value = 0; };
template <>
struct Kind<half> { static constant constexpr int value = 1; };
template <typename T>
struct Kind<vec<T, 2>> { static constant constexpr int value = 2; };
// ember: [body]
y[0] = Kind<float>::value;
y[1] = Kind<half>::value;
y[2] = Kind<float2>::value;
