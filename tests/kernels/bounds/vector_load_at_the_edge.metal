// A vector load that begins inside and ends outside reads 0 for what is outside.
// ember: input x = f32(10):full(2)
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [2, 2, 0, 0]
float4 v = ((const device float4*)x)[2];
for (int k = 0; k < 4; k++) y[k] = v[k];
