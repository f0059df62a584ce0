// quad_prefix_inclusive_product and the exclusive one, whose first lane is 1.
// ember: input x = f32(32):[2, -1, 0.5, -1, 2, -1, 0.5, -1, 2, -1, 0.5, -1, 2, -1, 0.5, -1, 2, -1, 0.5, -1, 2, -1, 0.5, -1, 2, -1, 0.5, -1, 2, -1, 0.5, -1]
// ember: output y = f32(32)
// ember: output z = f32(32)
// ember: expect y = product(j in div(i, 4) * 4..i + 1: x[j])
// ember: expect z = product(j in div(i, 4) * 4..i: x[j])
uint i = thread_position_in_grid.x;
y[i] = quad_prefix_inclusive_product(x[i]);
z[i] = quad_prefix_exclusive_product(x[i]);
