// Exponential modulation of a long filter: each channel decays at its own rate.
//
//   k[c, n] = h[c, n] (exp(-t[n] |delta[c]|) + shift)
//
// shapes   h (d, L), t (L), delta (d) f32, shift f32 scalar; k (d, L) f32
// thread   one element; x runs along L
// launch   grid (L, d, 1), exact
// error    exp's argument is rounded once: |t delta| * 2^-24 relative, 16 at most here, beside exp's own 2 ulp
// source   M2-BERT's modulation: t = n / (M - 1), delta from ln(0.01)/1.5 to ln(0.01)/0.3, shift 0
//
// ember: let D = 24, L = 131
// ember: bench D = 768, L = 8192
// ember: input h = f32(D, L):normal(0)
// ember: input t = f32(L):linspace(0, 1)
// ember: input delta = f32(D):linspace(-3.0701134573253945, -15.350567286626973)
// ember: input shift = 0.05
// ember: output k = f32(D, L)
// ember: grid L,D,1
// ember: threadgroup 256,1,1
// ember: expect k = h * (exp(-t[i % L] * abs(delta[div(i, L)])) + shift) within 1.5e-6 relative

    uint n = thread_position_in_grid.x;
    uint c = thread_position_in_grid.y;
    uint i = c * threads_per_grid.x + n;
    k[i] = h[i] * (exp(-t[n] * abs(delta[c])) + shift);
