// ## joins two tokens into a name.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [10, 20]
#define VAR(n) value_##n
int value_1 = 10, value_2 = 20;
y[0] = VAR(1);
y[1] = VAR(2);
