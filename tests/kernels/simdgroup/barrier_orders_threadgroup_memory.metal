// simdgroup_barrier makes a simdgroup's own writes visible to it.
// ember: output y = i32(32)
// ember: threadgroup 32
// ember: expect y = (i + 1) % 32
threadgroup int buf[32];
uint l = thread_index_in_simdgroup;
buf[l] = l;
simdgroup_barrier(mem_flags::mem_threadgroup);
y[l] = buf[(l + 1) % 32];
