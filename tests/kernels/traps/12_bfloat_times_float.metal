// bfloat * float is a float: 1.0078125 * 1.001 is not rounded to bfloat.
// ember: input b = bf16:[1.0078125]
// ember: input f = f32:[1.0009765625]
// ember: output y = f32(1)
// ember: expect y = [1.008796691894531250]
y[0] = b[0] * f[0];
