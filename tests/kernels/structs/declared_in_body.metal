// A struct may be declared in the body.
// ember: output y = i32(3)
// ember: expect y = [0, 2, 4]
struct Acc { int sum; };
Acc a = {0};
int i = thread_position_in_grid.x;
for (int k = 0; k < i; k++) a.sum += 2;
y[i] = a.sum;
