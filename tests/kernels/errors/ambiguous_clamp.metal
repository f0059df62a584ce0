// Metal declares clamp for every type: mixed arguments are ambiguous for Apple's compiler.
// ember: input x = f32:[-2, 0.5, 2]
// ember: output y = f32(3)
// ember: grid 3
// ember: expect y = [-1, 0.5, 1]
uint i = thread_position_in_grid.x;
y[i] = clamp(x[i], -1, 1);
//     ^^^^^^^^^^^^^^^^^^ warning[ambiguous-call]: Apple's compiler calls `clamp(float, int, int)` ambiguous
