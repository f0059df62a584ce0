// thread_index_in_threadgroup counts x, then y, then z.
// ember: output y = u32(24)
// ember: grid 2, 3, 4
// ember: threadgroup 2, 3, 4
// ember: expect y = i
uint3 p = thread_position_in_threadgroup;
y[(p.z * 3 + p.y) * 2 + p.x] = thread_index_in_threadgroup;
