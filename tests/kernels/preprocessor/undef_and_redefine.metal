// #undef forgets a macro, which may then be defined anew.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 2, 3]
#define V 1
y[0] = V;
#undef V
#define V 2
y[1] = V;
#undef V
int V = 3;
y[2] = V;
