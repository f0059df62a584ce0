// % does not take floats.
// ember: output y = f32(8)
float a = 5.5f;
y[0] = a % 2.0f;
//     ^^^^^^^^ error[operand-type]: `%` needs integers, not `float` and `float`
