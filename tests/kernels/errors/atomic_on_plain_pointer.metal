// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
atomic_fetch_add_explicit(&y[i], 1.0f, memory_order_relaxed);
//                        ^^^^^ error[not-atomic]: `atomic_fetch_add_explicit` takes a pointer to an atomic object, got `device float*`
