// bfloat16_t is bfloat: assignment from float rounds, arithmetic with float does not.
// ember: input x = f32:[1.00390625]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, 2.00390625]
bfloat16_t b = static_cast<bfloat16_t>(x[0]);
y[0] = b;
y[1] = b + x[0];
