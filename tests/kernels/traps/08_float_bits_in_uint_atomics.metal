// A maximum of non-negative floats through atomic max on their bits.
// ember: input x = f32(100):uniform(0, 5, 2)
// ember: output y = u32(1)
// ember: output f = f32(1)
// ember: init 0
// ember: grid 100
// ember: threadgroup 128
// ember: expect f[0] = max(x)
atomic_fetch_max_explicit((device atomic_uint*)y, as_type<uint>(x[thread_position_in_grid.x]), memory_order_relaxed);
threadgroup_barrier(mem_flags::mem_device);
if (thread_position_in_grid.x == 0) f[0] = as_type<float>(y[0]);
