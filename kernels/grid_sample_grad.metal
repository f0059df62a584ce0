// Gradient of grid_sample with respect to the image and the points.
//
//   x_grad[b, pixel, c]  = sum over samples of weight * cotangent
//   grid_grad[sample, 0] = W / 2 * sum over c of cotangent * d out / d ix, likewise 1 with H and iy
//
// shapes   x (B, H, W, C), grid (B, gH, gW, 2), cotangent (B, gH, gW, C); x_grad as x, grid_grad as grid; all f32
// thread   one channel of one sample; the channels of a sample are padded to whole simdgroups, so that a simdgroup sums
//          its share of grid_grad by itself and adds it once
// launch   grid (B gH gW ceil(C / 32) 32, 1, 1), threadgroup a multiple of 32; outputs atomic and zero at the start
// error    x_grad: sums of the samples that touch a pixel, in any order; relative 2^-22 of the sum of magnitudes
// source   the grid_sample_grad example of MLX's page on custom Metal kernels; nothing outside the image is touched
//
// ember: let B = 2, H = 7, W = 9, C = 5, GH = 6, GW = 4
// ember: bench B = 8, H = 64, W = 64, C = 64, GH = 64, GW = 64
// ember: input x = f32(B, H, W, C):normal(0)
// ember: input grid = f32(B, GH, GW, 2):uniform(-1.3, 1.3, 1)
// ember: input cotangent = f32(B, GH, GW, C):normal(2)
// ember: output x_grad = f32(B, H, W, C)
// ember: output grid_grad = f32(B, GH, GW, 2)
// ember: atomic outputs
// ember: init 0
// ember: grid B*GH*GW*((C+31)/32*32),1,1
// ember: threadgroup 256,1,1
// ember: expect x_grad = sum(s in 0..GH * GW:
//   max(0, 1 - abs(((grid[(div(i, H * W * C) * GH * GW + s) * 2] + 1) * W - 1) / 2 - div(i, C) % W))
//   * max(0, 1 - abs(((grid[(div(i, H * W * C) * GH * GW + s) * 2 + 1] + 1) * H - 1) / 2 - div(i, W * C) % H))
//   * cotangent[(div(i, H * W * C) * GH * GW + s) * C + i % C]) within 3e-6 of max

    uint elem = thread_position_in_grid.x;
    int H = x_shape[1];
    int W = x_shape[2];
    int C = x_shape[3];
    uint padded = ceildiv(uint(C), threads_per_simdgroup) * threads_per_simdgroup;
    uint sample = elem / padded;
    uint c = elem % padded;
    uint b = sample / (grid_shape[1] * grid_shape[2]);

    float ix = ((grid[2 * sample] + 1.0f) * W - 1.0f) / 2.0f;
    float iy = ((grid[2 * sample + 1] + 1.0f) * H - 1.0f) / 2.0f;
    float left = metal::floor(ix);
    float top = metal::floor(iy);
    float fx = ix - left;
    float fy = iy - top;
    int x0 = int(clamp(left, -2.0f, float(W)));
    int y0 = int(clamp(top, -2.0f, float(H)));

    float gx = 0.0f;
    float gy = 0.0f;
    // Lanes of the padding take part in the sums below and in nothing else.
    if (c < uint(C)) {
        float cot = cotangent[sample * C + c];
        for (int dy = 0; dy < 2; ++dy) {
            for (int dx = 0; dx < 2; ++dx) {
                int px = x0 + dx;
                int py = y0 + dy;
                if (px < 0 || px >= W || py < 0 || py >= H) {
                    continue;
                }
                float wx = dx == 1 ? fx : 1.0f - fx;
                float wy = dy == 1 ? fy : 1.0f - fy;
                int at = ((int(b) * H + py) * W + px) * C + int(c);
                atomic_fetch_add_explicit(&x_grad[at], wx * wy * cot, memory_order_relaxed);
                float v = x[at] * cot;
                gx += dx == 1 ? wy * v : -wy * v;
                gy += dy == 1 ? wx * v : -wx * v;
            }
        }
    }
    gx = simd_sum(gx);
    gy = simd_sum(gy);
    if (thread_index_in_simdgroup == 0) {
        atomic_fetch_add_explicit(&grid_grad[2 * sample], gx * W / 2.0f, memory_order_relaxed);
        atomic_fetch_add_explicit(&grid_grad[2 * sample + 1], gy * H / 2.0f, memory_order_relaxed);
    }
