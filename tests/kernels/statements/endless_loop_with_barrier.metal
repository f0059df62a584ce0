// A loop without end around a barrier runs out of fuel too.
// ember: output y = f32(1)
// ember: grid 32
// ember: threadgroup 32
// ember: fuel 10000
// ember: expect failure: fuel
int k = 0;
while (true) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    k++;
}
y[0] = k;
