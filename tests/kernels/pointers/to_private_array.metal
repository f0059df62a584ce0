// A thread pointer into a private array, and to a plain variable.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [20, 99, 7]
int table[4] = {10, 20, 30, 40};
thread int* p = table + 1;
y[0] = *p;
p[1] = 99;
y[1] = table[2];
int v = 3;
thread int* q = &v;
*q += 4;
y[2] = v;
