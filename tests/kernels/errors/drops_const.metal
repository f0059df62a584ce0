// A const device pointer does not become a writable one.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
device float* p = x;
//                ^ error[type-mismatch]: cannot convert `const device float*` to `device float*` implicitly
y[0] = *p;
