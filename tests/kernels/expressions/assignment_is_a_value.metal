// Assignments group to the right and give the assigned variable.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [4, 4, 8]
int a, b, c = 8;
a = b = 4;
y[0] = a;
y[1] = b;
(a = 1) = c;
y[2] = a;
