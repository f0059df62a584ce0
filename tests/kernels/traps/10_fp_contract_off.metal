// With contraction and reassociation off the error of a sum can be recovered exactly.
// ember: input a = f32:[16777216]
// ember: input b = f32:[1.5]
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [16777218, -0.5]
#pragma clang fp contract(off)
#pragma clang fp reassociate(off)
float s = a[0] + b[0];
float bb = s - a[0];
float e = (a[0] - (s - bb)) + (b[0] - bb);
y[0] = s;
y[1] = e;
