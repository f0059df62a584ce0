// fma rounds once, for float, half and vectors.
// ember: input a = f32(256):uniform(-3, 3, 1)
// ember: input b = f32(256):uniform(-3, 3, 2)
// ember: input c = f32(256):uniform(-3, 3, 3)
// ember: output y = f32(256)
// ember: output v = f32(256)
// ember: expect y = a * b + c within 0.5000001 ulp
// ember: expect v = y
// The product and sum of the formula are rounded to 53 bits: hence the ulp beyond one half.
uint i = thread_position_in_grid.x;
y[i] = fma(a[i], b[i], c[i]);
v[i] = metal::fma(float2(0, a[i]), float2(0, b[i]), float2(0, c[i])).y;
