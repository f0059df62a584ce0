// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
float reversed(float v, uint i) {
    threadgroup float tile[4];
    //                ^^^^^^^ error[threadgroup-variable]: `tile` is `threadgroup` memory, which only the kernel's body can declare
    tile[i] = v;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    return tile[3 - i];
}
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = reversed(float(i), i);
