// 64-bit integers have no fetch_add.
// ember: output y = u32(8)
threadgroup atomic<ulong> a;
atomic_fetch_add_explicit(&a, 1ul, memory_order_relaxed);
//                        ^^ error[not-atomic]: `atomic_fetch_add_explicit` does not exist for `atomic<ulong>`
y[0] = 1;
