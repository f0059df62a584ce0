// A declaration as condition: its value is tested and visible in both branches.
// ember: input x = i32:[0, 6]
// ember: output y = i32(2)
// ember: expect y = [-1, 12]
uint i = thread_position_in_grid.x;
if (int v = x[i]) {
    y[i] = v * 2;
} else {
    y[i] = v - 1;
}
