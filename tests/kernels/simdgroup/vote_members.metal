// simd_vote has all(), any() and converts to its mask.
// ember: output y = u32(3)
// ember: grid 32
// ember: expect y = [0, 1, 32]
uint i = thread_position_in_grid.x;
simd_vote v = simd_ballot(i == 5);
y[0] = v.all();
y[1] = v.any();
y[2] = uint(simd_vote::vote_t(v));
