// mul24 and mad24 multiply 24-bit numbers.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [-3000000, 2000005]
y[0] = mul24(-3000, 1000);
y[1] = mad24(2000, 1000, 5);
