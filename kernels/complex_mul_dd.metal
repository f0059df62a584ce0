// Elementwise complex product, each component rounded as if it were computed exactly.
//
//   out = (ar br - ai bi) + i (ar bi + ai br)
//
// shapes   a, b c64 of any shape, n elements; out c64 (n)
// thread   one element
// launch   grid (n, 1, 1)
// error    at most 0.5000001 ulp per component, whatever cancels, while products stay between 2^-100 and 2^127: each
//          product is an exact pair (two_prod), the four parts are summed exactly into an expansion of decreasing,
//          non-overlapping terms (Shewchuk's grow-expansion), and two passes of rounding from the small end leave half
//          an ulp for the last addition and 2^-24 of it for all others
// source   Dekker and Knuth's error-free transformations; Shewchuk, Adaptive Precision Floating-Point Arithmetic (1997)
//
//
// ember: let N = 1000
// ember: bench N = 4194304
// ember: input a = c64(N):normal(0)
// ember: input b = c64(N):normal(1)
// ember: output out = c64(N)
// ember: grid N,1,1
// ember: threadgroup 256,1,1
// ember: expect max(abs(out.re - (a.re * b.re - a.im * b.im)) / abs(a.re * b.re - a.im * b.im)) <= 5.9605e-8
// ember: expect max(abs(out.im - (a.re * b.im + a.im * b.re)) / abs(a.re * b.im + a.im * b.re)) <= 5.9605e-8
// ember: [header]

// A sum and its rounding error: hi + lo is exact.
struct dd {
    float hi;
    float lo;
};

inline dd two_sum(float a, float b) {
    float s = a + b;
    float v = s - a;
    return dd{s, (a - (s - v)) + (b - v)};
}

inline dd two_prod(float a, float b) {
    float p = a * b;
    return dd{p, fma(a, b, -p)};
}

// p + q, both exact pairs, rounded once.
inline float sum_rounded(dd p, dd q) {
    // Grow p.lo < p.hi by q.lo, then by q.hi: e0..e3 is the exact sum, smallest first, without overlap.
    dd t = two_sum(p.lo, q.lo);
    dd u = two_sum(p.hi, t.hi);
    dd e0 = two_sum(t.lo, q.hi);
    dd e1 = two_sum(u.lo, e0.hi);
    dd e2 = two_sum(u.hi, e1.hi);
    // Carry from the small end, so that what is left below the top is below half its last place.
    dd c1 = two_sum(e1.lo, e0.lo);
    dd c2 = two_sum(e2.lo, c1.hi);
    dd c3 = two_sum(e2.hi, c2.hi);
    return c3.hi + (c3.lo + (c2.lo + c1.lo));
}
// ember: [body]

    uint i = thread_position_in_grid.x;
    complex64_t p = a[i];
    complex64_t q = b[i];
    out[i] = complex64_t(
        sum_rounded(two_prod(p.real, q.real), two_prod(-p.imag, q.imag)),
        sum_rounded(two_prod(p.real, q.imag), two_prod(p.imag, q.real)));
