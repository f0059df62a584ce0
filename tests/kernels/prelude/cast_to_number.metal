// cast_to<U> is static_cast otherwise.
// ember: input x = f32:[2.75, -2.75]
// ember: output y = i32(2)
// ember: expect y = [2, -2]
uint i = thread_position_in_grid.x;
y[i] = cast_to<int>(x[i]);
