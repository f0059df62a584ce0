// A failing compare-exchange leaves the object and reports its value.
// ember: output y = i32(3)
// ember: atomic outputs
// ember: init 5
// ember: grid 1
// ember: expect y = [5, 0, 5]
int wanted = 4;
bool done = atomic_compare_exchange_weak_explicit(&y[0], &wanted, 9, memory_order_relaxed, memory_order_relaxed);
atomic_store_explicit(&y[1], done, memory_order_relaxed);
atomic_store_explicit(&y[2], wanted, memory_order_relaxed);
