// tanh of float, of a component of float3, of half and of bfloat; 16-bit results are the float one rounded once.
// ember: input x = f32(256):uniform(-5, 5, 20)
// ember: input h = f16(256):uniform(-5, 5, 21)
// ember: input b = bf16(256):uniform(-5, 5, 22)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: output yh = f16(256)
// ember: output yb = bf16(256)
// ember: expect y = tanh(x) within 0.51 ulp
// ember: expect v = y
// ember: expect yh = tanh(h) within 0.51 ulp
// ember: expect yb = tanh(b) within 0.51 ulp
uint i = thread_position_in_grid.x;
y[i] = tanh(x[i]);
v[i] = metal::tanh(float3(0.75f + 0.25f * 1, x[i], 0.5f)).y;
yh[i] = precise::tanh(h[i]);
yb[i] = tanh(b[i]);
