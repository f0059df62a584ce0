// Elementwise complex product in which every operation is rounded on its own.
//
//   out = (ar br - ai bi) + i (ar bi + ai br)
//
// shapes   a, b c64 of any shape, n elements; out c64 (n)
// thread   one element
// launch   grid (n, 1, 1)
// error    two products and one sum per component, not fused: at most 2^-23 (|ar br| + |ai bi|) for the real part,
//          likewise for the imaginary one. Contraction is switched off by a pragma: parentheses would not forbid it, and
//          with it the result depends on the compiler and `a * conj(a)` may not be real
// source   the original system's complex_mul, launched over all of its elements
//
// ember: let N = 1000
// ember: bench N = 4194304
// ember: input a = c64(N):normal(0)
// ember: input b = c64(N):normal(1)
// ember: output out = c64(N)
// ember: grid N,1,1
// ember: threadgroup 256,1,1
// ember: expect max(abs(out.re - f32(f32(a.re * b.re) - f32(a.im * b.im)))) = 0
// ember: expect max(abs(out.im - f32(f32(a.re * b.im) + f32(a.im * b.re)))) = 0

#pragma clang fp contract(off)
    uint i = thread_position_in_grid.x;
    complex64_t p = a[i];
    complex64_t q = b[i];
    float re = p.real * q.real - p.imag * q.imag;
    float im = p.real * q.imag + p.imag * q.real;
    out[i] = complex64_t(re, im);
