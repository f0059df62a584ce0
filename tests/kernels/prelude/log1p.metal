// log1p keeps small arguments; MLX's formula is good to 2 ulp.
// ember: input x = f32:[1e-10, 1e-4, 0.5, -0.5, 100]
// ember: output y = f32(5)
// ember: expect y = log1p(x) within 2 ulp

uint i = thread_position_in_grid.x;
y[i] = log1p(x[i]);
