// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
threadgroup atomic_int a;
atomic_store_explicit(&a, 1, memory_order_seq_cst);
//                           ^^^^^^^^^^^^^^^^^^^^ error[memory-order]: Metal's atomic functions take `memory_order_relaxed` only
y[i] = x[i];
