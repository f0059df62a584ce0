// A pointer parameter needs an address space.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
// ember: [header]
float first(const float* p) { return p[0]; }
// ember: [body]
y[0] = first(x);
//           ^ error[type-mismatch]: cannot convert `const device float*` to `const thread float*` implicitly
