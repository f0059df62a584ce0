// The usual two-stage sum: simd_sum, then a second one over the groups' sums.
// ember: input x = i32(256):arange
// ember: output y = i32(256)
// ember: threadgroup 256
// ember: expect y = 32640
threadgroup int part[8];
uint i = thread_position_in_grid.x;
int s = simd_sum(x[i]);
if (thread_index_in_simdgroup == 0) part[simdgroup_index_in_threadgroup] = s;
threadgroup_barrier(mem_flags::mem_threadgroup);
if (simdgroup_index_in_threadgroup == 0) {
    int v = thread_index_in_simdgroup < 8 ? part[thread_index_in_simdgroup] : 0;
    v = simd_sum(v);
    if (thread_index_in_simdgroup == 0) part[0] = v;
}
threadgroup_barrier(mem_flags::mem_threadgroup);
y[i] = part[0];
