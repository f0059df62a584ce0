// An atomic of bool is not supported; one of uint does the same.
// ember: output y = f32(8)
threadgroup atomic<bool> flag;
atomic_store_explicit(&flag, true, memory_order_relaxed);
//                    ^^^^^ error[not-atomic]: `atomic_store_explicit` is not supported for `atomic<bool>`
y[0] = 1;
