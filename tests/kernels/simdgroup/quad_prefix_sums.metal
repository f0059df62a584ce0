// quad_prefix_inclusive_sum counts the lane itself, the exclusive one does not.
// ember: input x = i32(40):randint(-9, 10, 5)
// ember: output y = i32(40)
// ember: output z = i32(40)
// ember: threadgroup 40
// ember: expect y = sum(j in div(i, 4) * 4..i + 1: x[j])
// ember: expect z = sum(j in div(i, 4) * 4..i: x[j])
uint i = thread_position_in_grid.x;
y[i] = quad_prefix_inclusive_sum(x[i]);
z[i] = quad_prefix_exclusive_sum(x[i]);
