// Layer normalisation of rows, one threadgroup per row, any row length.
//
//   y = (x - mean) / sqrt(variance + eps) * weight + bias,   variance = mean of (x - mean)^2
//
// shapes   x (R, D) of dtype T, weight (D), bias (D) f32, eps f32 scalar; y (R, D) of dtype T; template T a float dtype
// thread   the elements lid, lid + threads, ... of one row; three passes over the row: the variance is of differences
//          from the mean, not the difference of squares, which cancels
// launch   grid (R threads, 1, 1), threadgroup (threads, 1, 1), threads a multiple of 32, at most 1024
// barriers as softmax: each reduction by simdgroups, then over their results in threadgroup memory
// error    mean and variance to D * 2^-24 of the mean magnitude; 1e-6 of the largest output for rows of a few thousand
// source   the definition, as M2-BERT uses it (eps 1e-12)
//
// ember: let R = 19, D = 1000, THREADS = 256
// ember: bench R = 8192, D = 1024, THREADS = 128
// ember: input x = f32(R, D):normal(3, 2, 0)
// ember: input weight = f32(D):normal(1)
// ember: input bias = f32(D):normal(2)
// ember: input eps = 1e-12
// ember: output y = f32(R, D)
// ember: template T = f32
// ember: grid R*THREADS,1,1
// ember: threadgroup THREADS,1,1
// ember: expect y = bias[i % D] + weight[i % D] * (x - mean(j in 0..D: x[div(i, D), j])) / sqrt(eps
//   + mean(j in 0..D: x[div(i, D), j] * x[div(i, D), j])
//   - mean(j in 0..D: x[div(i, D), j]) * mean(j in 0..D: x[div(i, D), j])) within 1e-6 of max

    threadgroup float partial[32];

    uint lid = thread_position_in_threadgroup.x;
    uint threads = threads_per_threadgroup.x;
    uint lane = thread_index_in_simdgroup;
    uint group = simdgroup_index_in_threadgroup;
    uint groups = simdgroups_per_threadgroup;
    uint D = x_shape[1];
    uint row = threadgroup_position_in_grid.x * D;

    float sum = 0.0f;
    for (uint i = lid; i < D; i += threads) {
        sum += float(x[row + i]);
    }
    sum = simd_sum(sum);
    if (lane == 0) {
        partial[group] = sum;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    float mean = simd_sum(lane < groups ? partial[lane] : 0.0f) / D;
    threadgroup_barrier(mem_flags::mem_threadgroup);

    float squares = 0.0f;
    for (uint i = lid; i < D; i += threads) {
        float d = float(x[row + i]) - mean;
        squares = fma(d, d, squares);
    }
    squares = simd_sum(squares);
    if (lane == 0) {
        partial[group] = squares;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    float variance = simd_sum(lane < groups ? partial[lane] : 0.0f) / D;

    float scale = 1.0f / sqrt(variance + eps);
    for (uint i = lid; i < D; i += threads) {
        float normal = (float(x[row + i]) - mean) * scale;
        y[row + i] = static_cast<T>(fma(normal, weight[i], bias[i]));
    }
