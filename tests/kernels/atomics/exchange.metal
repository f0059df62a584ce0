// exchange writes and gives the old value.
// ember: output y = i32(2)
// ember: atomic outputs
// ember: init 7
// ember: grid 1
// ember: expect y = [9, 7]
int old = atomic_exchange_explicit(&y[0], 9, memory_order_relaxed);
atomic_store_explicit(&y[1], old, memory_order_relaxed);
