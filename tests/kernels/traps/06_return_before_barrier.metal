// Threads that have returned do not block the barriers of the others.
// ember: input x = i32(50):arange
// ember: output y = i32(64)
// ember: init -1
// ember: grid 64
// ember: threadgroup 64
// ember: expect y = i < 50 ? 49 - i : -1
threadgroup int buf[64];
uint i = thread_position_in_grid.x;
if (i >= 50) return;
buf[i] = x[i];
threadgroup_barrier(mem_flags::mem_threadgroup);
y[i] = buf[49 - i];
