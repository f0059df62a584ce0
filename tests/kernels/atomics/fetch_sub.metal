// fetch_sub subtracts; uint wraps.
// ember: output y = u32(1)
// ember: atomic outputs
// ember: init 3
// ember: grid 5
// ember: expect y = [4294967294]
atomic_fetch_sub_explicit(&y[0], 1u, memory_order_relaxed);
