// cast_to<bool> asks for nonzero, subnormals included.
// ember: input x = f32:[0, 1e-40, -2, 0.5]
// ember: output y = bool(4)
// ember: expect y = [false, true, true, true]
uint i = thread_position_in_grid.x;
y[i] = cast_to<bool>(x[i]);
