// A case without `break` runs into the next.
// ember: output y = i32(5)
// ember: expect y = [111, 11, 1, 1000, 1000]
int n = thread_position_in_grid.x;
int v = 0;
switch (n) {
case 0: v += 100;
case 1: v += 10;
case 2: v += 1; break;
default: v = 1000;
}
y[n] = v;
