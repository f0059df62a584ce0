// simd_sum takes numbers and vectors.
// ember: output y = f32(8)
// ember: [header]
struct P { float a; };
// ember: [body]
P p = {1};
y[0] = simd_sum(p).a;
//              ^ error[bad-argument]: `simd_sum` takes numbers and vectors of them, got `P`
