// A header function takes a device pointer, and the input is too small to lie there: every call says the size rule.
// ember: input w = f32:[1, 2, 3]
// ember: output y = f32(1)
// ember: [header]
float first(const device float* p) { return p[0]; }
template <typename T> T second(const device T* p) { return p[1]; }
// ember: [body]
y[0] = first(w) + second(w);
//           ^ error[type-mismatch]: cannot convert `const constant float*` to `const device float*` implicitly
//                       ^ error[deduction]: a `const constant float*` does not fit the template parameter types of `second`
