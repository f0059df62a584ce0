// ember: output y = f32(4)
// ember: grid 4
// ember: expect y = [5, 5, 5, 5]
uint i = thread_position_in_grid.x;
y[i] = (uint)(simd_vote::vote_t)simd_ballot(i % 2 == 0);
