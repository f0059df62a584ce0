// 3-D threadgroup memory: the last index moves fastest.
// ember: output y = i32(24)
// ember: threadgroup 24
// ember: expect y = i
threadgroup int cube[2][3][4];
uint i = thread_position_in_threadgroup.x;
cube[i / 12][i / 4 % 3][i % 4] = i;
threadgroup_barrier(mem_flags::mem_threadgroup);
threadgroup int* flat = &cube[0][0][0];
y[i] = flat[i];
