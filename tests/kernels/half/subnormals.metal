// half keeps subnormals: 2^-24 is its smallest number.
// ember: input h = f16:[6.103515625e-05]
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [3.0517578125e-05, 5.9604644775390625e-08, 0]
half v = h[0];
y[0] = v / 2;
v /= 1024;
y[1] = v;
y[2] = v / 2;
