// A butterfly of simd_shuffle_xor leaves the sum in every lane.
// ember: input x = i32(64):arange
// ember: output y = i32(64)
// ember: threadgroup 64
// ember: expect y = i < 32 ? 496 : 1520
uint i = thread_position_in_grid.x;
int v = x[i];
for (ushort m = 16; m > 0; m >>= 1) v += simd_shuffle_xor(v, m);
y[i] = v;
