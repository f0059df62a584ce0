// smoothstep is t*t*(3 - 2t) between its edges and flat outside.
// ember: input x = f32:[-1, 2, 3, 4, 6, 9]
// ember: output y = f32(6)
// ember: expect y = [0, 0, 0.15625, 0.5, 1, 1]
uint i = thread_position_in_grid.x;
y[i] = smoothstep(2.0f, 6.0f, x[i]);
