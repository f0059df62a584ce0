// A barrier has no value.
// ember: output y = f32(8)
y[0] = threadgroup_barrier(mem_flags::mem_threadgroup);
//     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[type-mismatch]: cannot convert `void` to `float` implicitly
