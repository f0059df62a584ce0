// A tree reduction in threadgroup memory, one threadgroup per row.
// ember: let R = 5, W = 256
// ember: input x = f32(R, W):uniform(0, 1, 4)
// ember: output y = f32(R)
// ember: grid R * W
// ember: threadgroup W
// ember: expect y = sum(j in 0..W: x[i, j]) within 2e-7 relative
threadgroup float part[256];
uint lane = thread_position_in_threadgroup.x;
part[lane] = x[thread_position_in_grid.x];
for (uint half_width = 128; half_width > 0; half_width /= 2) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    if (lane < half_width) {
        part[lane] += part[lane + half_width];
    }
}
if (lane == 0) {
    y[threadgroup_position_in_grid.x] = part[0];
}
