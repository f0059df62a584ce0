// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
goto done;
// @0+4 error[unsupported-construct]: `goto` is not supported
done: y[i] = 1.0f;
// @0+4 error[unsupported-construct]: labels are not supported, as there is no `goto`
