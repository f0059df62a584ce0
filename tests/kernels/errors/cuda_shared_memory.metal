// CUDA's __shared__ is Metal's threadgroup.
// ember: output y = f32(8)
__shared__ float buf[32];
// @0+10 error[foreign-word]: `__shared__` is a word of CUDA, not of Metal
buf[0] = 1;
y[thread_position_in_grid.x] = buf[0];
