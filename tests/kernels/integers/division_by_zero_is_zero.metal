// Division and remainder by zero give 0 and do not stop the kernel.
// ember: input a = i32:[5, -5, 0]
// ember: input z = i32:[0, 0, 0]
// ember: output y = i32(3)
// ember: output r = i32(3)
// ember: output u = u32(3)
// ember: expect y = [0, 0, 0]
// ember: expect r = [0, 0, 0]
// ember: expect u = [0, 0, 0]
uint i = thread_position_in_grid.x;
y[i] = a[i] / z[i];
r[i] = a[i] % z[i];
u[i] = uint(a[i]) / uint(z[i]);
