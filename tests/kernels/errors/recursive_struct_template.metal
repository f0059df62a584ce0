// A struct template without an end.
// ember: output y = f32(8)
// ember: [header]
template <int N>
struct F { static constant constexpr int value = F<N + 1>::value; };
//                                               ^ error[template-depth]: templates nest more than 200 deep
// ember: [body]
y[0] = F<0>::value;
