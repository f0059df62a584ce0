// Atomic load and store on all three types.
// ember: output a = i32(1)
// ember: output b = u32(1)
// ember: output c = f32(1)
// ember: atomic outputs
// ember: init 2
// ember: grid 1
// ember: expect a = [-2]
// ember: expect b = [4]
// ember: expect c = [2.5]
atomic_store_explicit(a, -atomic_load_explicit(a, memory_order_relaxed), memory_order_relaxed);
atomic_store_explicit(b, 2 * atomic_load_explicit(b, memory_order_relaxed), memory_order_relaxed);
atomic_store_explicit(c, 0.5f + atomic_load_explicit(c, memory_order_relaxed), memory_order_relaxed);
