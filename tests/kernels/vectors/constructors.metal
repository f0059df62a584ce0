// A vector is built of scalars and shorter vectors, in order.
// ember: output y = f32(12)
// ember: grid 1
// ember: expect y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9]
float2 a = float2(1, 2);
float4 b = float4(a, 3, 4);
float4 c(5, float2(6, 7), 8);
float4 d(9);
for (int k = 0; k < 4; k++) {
    y[k] = b[k];
    y[4 + k] = c[k];
    y[8 + k] = d[k];
}
