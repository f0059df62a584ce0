// A small input is constant: taking it as a device pointer is a mistake on Metal too.
// ember: input w = f32:[1, 2, 3]
// ember: output y = f32(1)
const device float* p = w;
//                      ^ error[type-mismatch]: cannot convert `const constant float*` to `const device float*` implicitly
y[0] = p[0];
