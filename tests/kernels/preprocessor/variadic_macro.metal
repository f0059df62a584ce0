// __VA_ARGS__ stands for the remaining arguments.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 6]
#define FIRST(a, ...) a
#define LIST(...) {__VA_ARGS__}
int t[] = LIST(1, 2, 3);
y[0] = FIRST(3, 4, 5);
y[1] = t[0] + t[1] + t[2];
