// MLX's first documented example: half data, computed in a template type.
// ember: input inp = f16(4, 16):normal(0)
// ember: output out = f16(4, 16)
// ember: template T = f32
// ember: grid 64
// ember: threadgroup 256
// ember: expect out = exp(inp) within 0.51 ulp
uint elem = thread_position_in_grid.x;
T tmp = inp[elem];
out[elem] = metal::exp(tmp);
