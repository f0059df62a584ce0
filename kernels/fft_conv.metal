// Long convolution of each row with a filter per channel, by FFT within a threadgroup, plus a skip term.
//
//   y[b, c, n] = D[c] u[b, c, n] + sum over j <= n of k[c, n-j] u[b, c, j]
//                                + sum over j > n of k_rev[c, j-n-1] u[b, c, j]      (only with REVERSE)
//
// shapes   u (B, C, L), k (C, L), k_rev (C, L), D (C); y (B, C, L); all f32; any L; template N a power of two, L <= N,
//          4 <= N <= 4096; REVERSE false ignores k_rev, which may then have any size
// thread   two of the N / 2 points of a transform
// launch   grid (C N/4, G, 1), threadgroup (N/4, 1, 1): G threadgroups share the batch of a channel and transform its
//          filter once each, so G = 1 wastes nothing and G = B is fastest on many cores
// memory   3 N / 2 floats: 24 KiB at N = 4096
// barriers between the stages of a transform, all on threadgroup memory; a thread reads back from device memory only what
//          it wrote itself
// error    about 2^-24 log2(N) of |u| |k| (2-norms of the rows); twiddles are correctly rounded, their angles exact
// source   y is computed in the ring of real polynomials modulo X^2N + 1, which holds a causal product of length 2 N - 1
//          and, with a minus sign, the reversed taps at its upper end. X^2N + 1 has the factors X^M - a and their
//          conjugates, M = N / 2, a = exp(i pi / 4) and exp(3 i pi / 4). Modulo one factor a real polynomial is M complex
//          numbers and, after a twist by roots b with b^M = a, its product a cyclic one: two transforms of M points do
//          the work of one of 4 M, in a quarter of the memory. The transforms leave their result in bit-reversed order
//          and the inverse takes it from there: no permutation is needed
//
// ember: let B = 2, C = 3, L = 50, N = 64
// ember: bench B = 4, C = 256, L = 2048, N = 2048
// ember: input u = f32(B, C, L):normal(0)
// ember: input k = f32(C, L):normal(1)
// ember: input k_rev = f32(C, L):normal(2)
// ember: input D = f32(C):normal(3)
// ember: output y = f32(B, C, L)
// ember: template N = N
// ember: template REVERSE = true
// ember: grid C*(N/4),B,1
// ember: threadgroup N/4,1,1
// ember: expect y = D[div(i, L) % C] * u + sum(j in 0..L: j <= i % L
//   ? k[div(i, L) % C, i % L - j] * u[div(i, L) * L + j]
//   : k_rev[div(i, L) % C, j - i % L - 1] * u[div(i, L) * L + j]) within 1e-6 of max
// ember: [header]

// In-place transform of M points by M / 2 threads: natural order in, bit-reversed order out. wr + i wi holds
// exp(-2 pi i j / M) for j < M / 2. Begins and ends with a barrier.
template <uint M>
inline void forward(
    threadgroup float* re, threadgroup float* im, const threadgroup float* wr, const threadgroup float* wi, uint lid) {
    for (uint h = M / 2; h > 0; h >>= 1) {
        threadgroup_barrier(mem_flags::mem_threadgroup);
        uint j = lid & (h - 1);
        uint p = 2 * lid - j;
        uint q = p + h;
        uint w = j * (M / 2 / h);
        float dr = re[p] - re[q];
        float di = im[p] - im[q];
        re[p] += re[q];
        im[p] += im[q];
        re[q] = dr * wr[w] - di * wi[w];
        im[q] = dr * wi[w] + di * wr[w];
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
}

// The inverse, times M: bit-reversed order in, natural order out. Begins and ends with a barrier.
template <uint M>
inline void backward(
    threadgroup float* re, threadgroup float* im, const threadgroup float* wr, const threadgroup float* wi, uint lid) {
    for (uint h = 1; h <= M / 2; h <<= 1) {
        threadgroup_barrier(mem_flags::mem_threadgroup);
        uint j = lid & (h - 1);
        uint p = 2 * lid - j;
        uint q = p + h;
        uint w = j * (M / 2 / h);
        float br = re[q] * wr[w] + im[q] * wi[w];
        float bi = im[q] * wr[w] - re[q] * wi[w];
        re[q] = re[p] - br;
        im[q] = im[p] - bi;
        re[p] += br;
        im[p] += bi;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
}
// ember: [body]

    static_assert(N >= 4 && N <= 4096 && (N & (N - 1)) == 0, "N is a power of two between 4 and 4096");
    constexpr uint M = N / 2;
    constexpr uint H = M / 2;

    threadgroup float re[M];
    threadgroup float im[M];
    // exp(-2 pi i j / M)
    threadgroup float wr[H];
    threadgroup float wi[H];

    uint lid = thread_position_in_threadgroup.x;
    uint c = threadgroup_position_in_grid.x;
    uint B = u_shape[0];
    uint C = u_shape[1];
    uint L = u_shape[2];

    wr[lid] = cospi(float(lid) / float(H));
    wi[lid] = -sinpi(float(lid) / float(H));

    constexpr float R = M_SQRT1_2_F;
    for (uint s = 0; s < 2; ++s) {
        // a = (s == 0 ? R : -R) + i R
        float a_re = s == 0 ? R : -R;
        // The twist exp(i pi (1 + 2 s) n / 2N) of this thread's two points.
        float2 twist[2];
        for (uint e = 0; e < 2; ++e) {
            float angle = float((1 + 2 * s) * (lid + e * H)) / float(2 * N);
            twist[e] = float2(cospi(angle), sinpi(angle));
        }

        // The filter modulo X^M - a: k0 + a k1, and the reversed taps at lags 2N-1-m: + a^2 k2 + a^3 k3, negated.
        threadgroup_barrier(mem_flags::mem_threadgroup);
        for (uint e = 0; e < 2; ++e) {
            uint n = lid + e * H;
            float k0 = n < L ? k[c * L + n] : 0.0f;
            float k1 = n + M < L ? k[c * L + n + M] : 0.0f;
            float vr = k0 + a_re * k1;
            float vi = R * k1;
            if (REVERSE) {
                // Coefficient 2 M + n is tap 2 N - 1 - (2 M + n) = N - 1 - n, coefficient 3 M + n is tap M - 1 - n.
                float k2 = N - 1 - n < L ? -k_rev[c * L + N - 1 - n] : 0.0f;
                float k3 = M - 1 - n < L ? -k_rev[c * L + M - 1 - n] : 0.0f;
                // a^2 is i for s = 0 and -i for s = 1; a^3 is (-a_re) + i R.
                vr -= a_re * k3;
                vi += (s == 0 ? k2 : -k2) + R * k3;
            }
            re[n] = vr * twist[e].x - vi * twist[e].y;
            im[n] = vr * twist[e].y + vi * twist[e].x;
        }
        forward<M>(re, im, wr, wi, lid);
        float2 filter[2];
        for (uint e = 0; e < 2; ++e) {
            filter[e] = float2(re[2 * lid + e], im[2 * lid + e]) * (1.0f / float(M));
        }

        for (uint b = threadgroup_position_in_grid.y; b < B; b += threadgroups_per_grid.y) {
            uint row = (b * C + c) * L;
            // Also separates the last reads of re and im from the writes below.
            threadgroup_barrier(mem_flags::mem_threadgroup);
            for (uint e = 0; e < 2; ++e) {
                uint n = lid + e * H;
                float u0 = n < L ? u[row + n] : 0.0f;
                float u1 = n + M < L ? u[row + n + M] : 0.0f;
                float vr = u0 + a_re * u1;
                float vi = R * u1;
                re[n] = vr * twist[e].x - vi * twist[e].y;
                im[n] = vr * twist[e].y + vi * twist[e].x;
            }
            forward<M>(re, im, wr, wi, lid);
            for (uint e = 0; e < 2; ++e) {
                uint n = 2 * lid + e;
                float vr = re[n], vi = im[n];
                re[n] = vr * filter[e].x - vi * filter[e].y;
                im[n] = vr * filter[e].y + vi * filter[e].x;
            }
            backward<M>(re, im, wr, wi, lid);
            // r = y0 + a y1 + a^2 y2 + a^3 y3 for both a: y0 is half the sum of their real parts, and y1 a quarter of
            // sqrt(2) times the sum of their imaginary parts and the difference of their real ones.
            for (uint e = 0; e < 2; ++e) {
                uint n = lid + e * H;
                float rr = re[n] * twist[e].x + im[n] * twist[e].y;
                float ri = im[n] * twist[e].x - re[n] * twist[e].y;
                float y0 = 0.5f * rr;
                float y1 = 0.5f * R * (ri + (s == 0 ? rr : -rr));
                if (n < L) {
                    y[row + n] = s == 0 ? fma(D[c], u[row + n], y0) : y[row + n] + y0;
                }
                if (n + M < L) {
                    y[row + n + M] = s == 0 ? fma(D[c], u[row + n + M], y1) : y[row + n + M] + y1;
                }
            }
        }
    }
