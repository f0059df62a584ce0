// A plain uint output seen as atomic through a cast.
// ember: output y = u32(1)
// ember: init 0
// ember: grid 100
// ember: expect y = [200]
device atomic_uint* a = (device atomic_uint*)y;
atomic_fetch_add_explicit(a, 2u, memory_order_relaxed);
