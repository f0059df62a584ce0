// A struct template that ends by a specialisation.
// ember: output y = i32(1)
// ember: expect y = [120]
// ember: [header]
template <int N>
struct Factorial { static constant constexpr int value = N * Factorial<N - 1>::value; };
template <>
struct Factorial<0> { static constant constexpr int value = 1; };
// ember: [body]
y[0] = Factorial<5>::value;
