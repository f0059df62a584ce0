// An output is an array also when it has one element.
// ember: input x = f32(8):ones
// ember: output y = f32(1)
y = x[0];
//  ^^^^ error[type-mismatch]: cannot convert `float` to `device float*` implicitly
