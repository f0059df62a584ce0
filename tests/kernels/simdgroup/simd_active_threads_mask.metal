// simd_active_threads_mask has a bit per lane that runs this line.
// ember: output y = u32(32)
// ember: init 0
// ember: expect y = i % 2 == 1 ? 0xAAAAAAAA : 0
uint i = thread_position_in_grid.x;
if (i & 1) y[i] = uint(simd_vote::vote_t(simd_active_threads_mask()));
