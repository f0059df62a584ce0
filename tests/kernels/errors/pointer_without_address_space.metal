// A pointer variable needs an address space.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
float* p = x;
//         ^ error[type-mismatch]: cannot convert `const device float*` to `thread float*` implicitly
y[0] = p[0];
