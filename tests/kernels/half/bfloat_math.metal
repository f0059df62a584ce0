// Math functions take bfloat and round their float result once.
// ember: input x = bf16(64):uniform(0.1, 4, 3)
// ember: output a = bf16(64)
// ember: output b = bf16(64)
// ember: output c = bf16(64)
// ember: expect a = exp(x) within 0.51 ulp
// ember: expect b = log(x) within 0.51 ulp
// ember: expect c = tanh(x) within 0.51 ulp
uint i = thread_position_in_grid.x;
a[i] = metal::exp(x[i]);
b[i] = log(x[i]);
c[i] = metal::precise::tanh(x[i]);
