// C's functions with f suffix.
// ember: output y = f32(8)
y[thread_position_in_grid.x] = sqrtf(expf(1.0f));
//                             ^^^^^^^^^^^^^^^^^ error[unsupported]: `sqrtf`: Metal's functions have no `f` suffix
//                                   ^^^^^^^^^^ error[unsupported]: `expf`: Metal's functions have no `f` suffix
