// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
y[i] = clamp(x[i], 0.0f);
//     ^^^^^^^^^^^^^^^^^ error[argument-count]: `clamp` takes 3 arguments, got 2
