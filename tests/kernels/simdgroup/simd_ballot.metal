// simd_ballot gives a mask of the lanes where the condition holds.
// ember: output y = u32(32)
// ember: expect y = 0x49249249
uint i = thread_position_in_grid.x;
simd_vote v = simd_ballot(i % 3 == 0);
y[i] = uint(simd_vote::vote_t(v));
