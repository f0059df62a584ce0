// Bilinear sampling of images at given points, zero outside the image.
//
//   out[b, gy, gx, c] = sum over the four pixels around (ix, iy) of weight * x[b, pixel, c],
//   ix = ((grid[b, gy, gx, 0] + 1) W - 1) / 2,   iy = ((grid[b, gy, gx, 1] + 1) H - 1) / 2
//
// shapes   x (B, H, W, C) f32, grid (B, gH, gW, 2) f32 with -1 and 1 at the outer edges of the image;
//          out (B, gH, gW, C) f32
// thread   one channel of one sample; a pixel outside the image is not read
// launch   grid (B gH gW C, 1, 1)
// error    weights to 4 * 2^-24 W (the coordinate is rounded at the size of the image), sums of four terms
// source   the grid_sample example of MLX's page on custom Metal kernels (align_corners=False, padding "zeros"), which
//          reads before it masks
//
// ember: let B = 2, H = 7, W = 9, C = 5, GH = 6, GW = 4
// ember: bench B = 8, H = 64, W = 64, C = 64, GH = 64, GW = 64
// ember: input x = f32(B, H, W, C):normal(0)
// ember: input grid = f32(B, GH, GW, 2):uniform(-1.3, 1.3, 1)
// ember: output out = f32(B, GH, GW, C)
// ember: grid B*GH*GW*C,1,1
// ember: threadgroup 256,1,1
// The weight of pixel (r, q) is the tent function of its distance.
// ember: expect out = sum(r in 0..H: sum(q in 0..W:
//   max(0, 1 - abs(((grid[div(i, C) * 2] + 1) * W - 1) / 2 - q))
//   * max(0, 1 - abs(((grid[div(i, C) * 2 + 1] + 1) * H - 1) / 2 - r))
//   * x[((div(i, GH * GW * C) * H + r) * W + q) * C + i % C])) within 3e-6 of max

    uint elem = thread_position_in_grid.x;
    int H = x_shape[1];
    int W = x_shape[2];
    int C = x_shape[3];
    uint sample = elem / C;
    uint c = elem % C;
    uint b = sample / (grid_shape[1] * grid_shape[2]);

    float ix = ((grid[2 * sample] + 1.0f) * W - 1.0f) / 2.0f;
    float iy = ((grid[2 * sample + 1] + 1.0f) * H - 1.0f) / 2.0f;
    float left = metal::floor(ix);
    float top = metal::floor(iy);
    float fx = ix - left;
    float fy = iy - top;
    // Clamped before the conversion: a far-away point must not overflow an int.
    int x0 = int(clamp(left, -2.0f, float(W)));
    int y0 = int(clamp(top, -2.0f, float(H)));

    bool in_left = x0 >= 0 && x0 < W;
    bool in_right = x0 + 1 >= 0 && x0 + 1 < W;
    bool in_top = y0 >= 0 && y0 < H;
    bool in_bottom = y0 + 1 >= 0 && y0 + 1 < H;

    int at = ((int(b) * H + y0) * W + x0) * C + int(c);
    float nw = in_top && in_left ? x[at] : 0.0f;
    float ne = in_top && in_right ? x[at + C] : 0.0f;
    float sw = in_bottom && in_left ? x[at + W * C] : 0.0f;
    float se = in_bottom && in_right ? x[at + W * C + C] : 0.0f;

    out[elem] = nw * (1.0f - fx) * (1.0f - fy) + ne * fx * (1.0f - fy) + sw * (1.0f - fx) * fy + se * fx * fy;
