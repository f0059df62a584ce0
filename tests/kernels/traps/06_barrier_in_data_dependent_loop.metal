// A loop around barriers whose end is decided in threadgroup memory.
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = 5
threadgroup int rest;
uint l = thread_position_in_threadgroup.x;
if (l == 0) rest = 40;
threadgroup_barrier(mem_flags::mem_threadgroup);
int turns = 0;
while (rest > 1) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    if (l == 0) rest /= 2;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    turns++;
}
y[l] = turns;
