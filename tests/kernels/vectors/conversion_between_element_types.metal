// Vectors convert between element types by constructor only, per component.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, -2, 255, 0]
int2 a = int2(float2(1.9f, -2.9f));
uchar2 b = uchar2(int2(255, 256));
y[0] = a.x; y[1] = a.y;
y[2] = b.x; y[3] = b.y;
