// In a loop that lanes leave at different turns each turn reduces those still in it.
// ember: output y = i32(4)
// ember: expect y = [4, 7, 9, 10]
int i = thread_position_in_grid.x;
int total = 0;
for (int k = 0; k <= i; k++) total += simd_sum(1);
y[i] = total;
