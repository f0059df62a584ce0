// Bitwise atomics need integers.
// ember: output y = f32(8)
// ember: atomic outputs
atomic_fetch_and_explicit(&y[0], 1.0f, memory_order_relaxed);
//                        ^^^^^ error[not-atomic]: `atomic_fetch_and_explicit` does not exist for `atomic<float>`
