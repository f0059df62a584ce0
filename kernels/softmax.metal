// Softmax of rows, one threadgroup per row, any row length.
//
//   y[r, i] = exp(x[r, i] - max over the row) / sum over the row of the same
//
// shapes   x (R, D) of dtype T; y (R, D) of dtype T; template T a float dtype
// thread   the elements lid, lid + threads, lid + 2 threads, ... of one row
// launch   grid (R threads, 1, 1), threadgroup (threads, 1, 1), threads a multiple of 32, at most 1024. On a CPU few
//          threads are best (128 for rows of 1024): a reduction across lanes costs more there than a longer loop.
//          softmax_simd is faster still for rows that fit its registers
// barriers each reduction is by simdgroups, then over their results in threadgroup memory; the barrier before the second
//          use of that memory keeps it from being overwritten while it is read
// error    f32 throughout; relative, |x - max| * 2^-24 from the argument of exp, which is rounded once, and about 6 ulp
//          from exp, the sum (whose order is fixed) and the product
// source   the definition; a row of -inf alone gives NaN, as everywhere
//
// ember: let R = 19, D = 1000, THREADS = 256
// ember: bench R = 8192, D = 1024, THREADS = 128
// ember: input x = f32(R, D):normal(0, 4, 0)
// ember: output y = f32(R, D)
// ember: template T = f32
// ember: grid R*THREADS,1,1
// ember: threadgroup THREADS,1,1
// ember: expect y = exp(x) / sum(j in 0..D: exp(x[div(i, D), j])) within 3e-6 relative
// ember: expect sum(y) = R within 1e-5

    threadgroup float partial[32];

    uint lid = thread_position_in_threadgroup.x;
    uint threads = threads_per_threadgroup.x;
    uint lane = thread_index_in_simdgroup;
    uint group = simdgroup_index_in_threadgroup;
    uint groups = simdgroups_per_threadgroup;
    uint D = x_shape[1];
    uint row = threadgroup_position_in_grid.x * D;

    float top = -INFINITY;
    for (uint i = lid; i < D; i += threads) {
        top = max(top, float(x[row + i]));
    }
    top = simd_max(top);
    if (lane == 0) {
        partial[group] = top;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    top = simd_max(lane < groups ? partial[lane] : -INFINITY);
    threadgroup_barrier(mem_flags::mem_threadgroup);

    float total = 0.0f;
    for (uint i = lid; i < D; i += threads) {
        total += exp(float(x[row + i]) - top);
    }
    total = simd_sum(total);
    if (lane == 0) {
        partial[group] = total;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    total = simd_sum(lane < groups ? partial[lane] : 0.0f);

    float scale = 1.0f / total;
    for (uint i = lid; i < D; i += threads) {
        y[row + i] = static_cast<T>(exp(float(x[row + i]) - top) * scale);
    }
