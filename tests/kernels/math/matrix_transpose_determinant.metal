// transpose and determinant of small float matrices.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [-2, 3, 2, 24]
float2x2 m = float2x2(1, 2, 3, 4);
y[0] = determinant(m);
y[1] = transpose(m)[0][1];
y[2] = transpose(m)[1][0];
y[3] = determinant(float3x3(2, 0, 0, 0, 3, 0, 0, 0, 4));
