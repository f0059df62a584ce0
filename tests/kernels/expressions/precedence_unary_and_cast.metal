// A cast binds tighter than *, unary minus than %.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [4, -1, 5]
float f = 2.9f;
y[0] = (int)f * 2;
y[1] = -7 % 3;
y[2] = (int)(f * 2);
