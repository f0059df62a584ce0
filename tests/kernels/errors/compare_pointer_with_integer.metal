// A pointer compares with pointers.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
if (x == 5) y[0] = 1;
//  ^^^^^^ error[operand-type]: `==` cannot combine `const device float*` and `int`
