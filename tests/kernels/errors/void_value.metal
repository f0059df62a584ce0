// A void function has no value.
// ember: output y = f32(8)
// ember: [header]
void f(device float* y) { y[0] = 1; }
// ember: [body]
y[1] = f(y);
//     ^^^^ error[type-mismatch]: cannot convert `void` to `float` implicitly
