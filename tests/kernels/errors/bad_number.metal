// A number with letters in it.
// ember: output y = f32(8)
y[0] = 1.5x;
//     ^^^^ error[bad-literal]: `x` is not a suffix of a float literal (`f`, `h` and `bf` are)
y[1] = 0xZZ;
//     ^^^^ error[bad-literal]: `0xZZ` has no digits
y[2] = 08;
//     ^^ error[bad-literal]: `08` has a digit that base 8 does not have
