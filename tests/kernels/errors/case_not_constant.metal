// A case label must be a constant.
// ember: output y = f32(8)
int a = thread_position_in_grid.x;
switch (a) {
case 0: y[0] = 1; break;
case a: y[0] = 2; break;
//   ^ error[not-constant]: this must be known when the kernel is compiled
}
