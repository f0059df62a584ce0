// The other way round: a constant pointer to an input of 8 elements or more.
// ember: input x = f32(8):ones
// ember: output y = f32(1)
const constant float* p = x;
//                        ^ error[type-mismatch]: cannot convert `const device float*` to `const constant float*` implicitly
y[0] = p[0];
