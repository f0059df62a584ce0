// A template parameter that no argument tells.
// ember: output y = f32(8)
// ember: [header]
template <typename T>
T zero() { return T(0); }
// ember: [body]
y[0] = zero();
//     ^^^^^^ error[template-arguments]: the template parameter `T` has no argument and cannot be deduced
