// Pointers are subtracted, not added.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
auto p = x + x;
//       ^^^^^ error[operand-type]: `+` cannot combine `const device float*` and `const device float*`
y[0] = p[0];
