// & does not take floats.
// ember: output y = f32(8)
float a = 5.5f;
y[0] = a & 1;
//     ^^^^^ error[operand-type]: `&` needs integers, not `float` and `int`
