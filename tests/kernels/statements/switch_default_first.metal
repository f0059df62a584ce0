// `default` may stand first; a match below it wins, and default falls into it.
// ember: output y = i32(3)
// ember: expect y = [15, 5, 15]
int n = thread_position_in_grid.x;
int v = 0;
switch (n) {
default: v += 10;
case 1: v += 5;
}
y[n] = v;
