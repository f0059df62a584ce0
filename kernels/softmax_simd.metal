// Softmax of rows, one simdgroup per row: no threadgroup memory, no barrier.
//
//   y[r, i] = exp(x[r, i] - max over the row) / sum over the row of the same
//
// shapes   x (R, D) of dtype T; y (R, D) of dtype T; D <= 32 PER; template T a float dtype, PER the elements of a lane
// thread   PER elements of one row, 32 apart, held in registers: the row is read once and exp is taken once
// launch   grid (32 R, 1, 1), threadgroup a multiple of 32
// error    f32 throughout; relative, |x - max| * 2^-24 from the argument of exp, which is rounded once, and about 6 ulp
//          from exp, the sum and the product
// source   the definition
//
// ember: let R = 19, D = 1000, PER = 32
// ember: bench R = 8192, D = 1024
// ember: input x = f32(R, D):normal(0, 4, 0)
// ember: output y = f32(R, D)
// ember: template T = f32
// ember: template PER = PER
// ember: grid 32*R,1,1
// ember: threadgroup 256,1,1
// ember: expect y = exp(x) / sum(j in 0..D: exp(x[div(i, D), j])) within 3e-6 relative
// ember: expect sum(y) = R within 1e-5

    uint lane = thread_index_in_simdgroup;
    uint D = x_shape[1];
    uint row = thread_position_in_grid.x / threads_per_simdgroup * D;

    float v[PER];
    float top = -INFINITY;
    for (int j = 0; j < PER; ++j) {
        uint i = 32 * j + lane;
        v[j] = i < D ? float(x[row + i]) : -INFINITY;
        top = max(top, v[j]);
    }
    top = simd_max(top);

    float total = 0.0f;
    for (int j = 0; j < PER; ++j) {
        v[j] = exp(v[j] - top);
        total += v[j];
    }
    float scale = 1.0f / simd_sum(total);

    for (int j = 0; j < PER; ++j) {
        uint i = 32 * j + lane;
        if (i < D) {
            y[row + i] = static_cast<T>(v[j] * scale);
        }
    }
