// float2x2 is stored by columns; m * v is the usual product.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [11, 14, 2, 3]
float2x2 m = float2x2(float2(1, 2), float2(3, 4));
float2 r = m * float2(2, 3);
y[0] = r.x;
y[1] = r.y - 2;
y[2] = m[0][1];
y[3] = m[1].x;
