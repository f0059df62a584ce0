// Each branch of an if reduces its own lanes.
// ember: output y = i32(32)
// ember: expect y = i % 2 == 0 ? 240 : 31
int i = thread_position_in_grid.x;
if (i % 2 == 0) {
    y[i] = simd_sum(i);
} else {
    y[i] = simd_max(i);
}
