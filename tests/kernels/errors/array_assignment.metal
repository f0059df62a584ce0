// Arrays are not assigned.
// ember: output y = f32(8)
float a[2] = {1, 2}, b[2];
b = a;
// @0+1 error[array-assignment]: arrays cannot be assigned as a whole
y[0] = b[0];
