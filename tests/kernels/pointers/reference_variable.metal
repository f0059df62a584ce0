// A reference is another name of the variable or element.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [8, 8, 5]
int a = 3;
thread int& r = a;
r = 8;
y[0] = a;
device int& slot = y[1];
slot = r;
int table[2] = {4, 4};
for (int k = 0; k < 2; k++) { thread int& t = table[k]; t += k; }
y[2] = table[1];
