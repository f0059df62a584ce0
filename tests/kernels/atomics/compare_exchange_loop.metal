// A compare-exchange loop builds the maximum of floats through their bits.
// ember: input x = f32:[1.5, 9.25, 3, 9, 0.5]
// ember: output y = u32(1)
// ember: atomic outputs
// ember: init 0
// ember: grid 5
// ember: expect y = [0x41140000]
float v = x[thread_position_in_grid.x];
uint old = atomic_load_explicit(&y[0], memory_order_relaxed);
while (as_type<float>(old) < v) {
    if (atomic_compare_exchange_weak_explicit(&y[0], &old, as_type<uint>(v), memory_order_relaxed, memory_order_relaxed)) break;
}
