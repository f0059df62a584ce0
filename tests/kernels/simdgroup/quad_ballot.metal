// quad_ballot gives a mask of the lanes where the condition holds.
// ember: output y = u32(32)
// ember: expect y = sum(j in 0..4: (i - i % 4 + j) % 3 == 0 ? shl(1, j) : 0)
uint i = thread_position_in_grid.x;
quad_vote v = quad_ballot(i % 3 == 0);
y[i] = uint(quad_vote::vote_t(v));
