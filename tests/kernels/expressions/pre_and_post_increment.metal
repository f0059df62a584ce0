// x++ gives the old value, ++x the new one.
// ember: output y = i32(5)
// ember: grid 1
// ember: expect y = [5, 6, 7, 7, 6]
int a = 5;
y[0] = a++;
y[1] = a;
y[2] = ++a;
y[3] = a--;
y[4] = a;
