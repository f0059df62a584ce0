// MLX_MTL_PRAGMA_UNROLL stands before loops.
// ember: output y = i32(1)
// ember: expect y = [6]
int t = 0;
MLX_MTL_PRAGMA_UNROLL
for (int k = 0; k < 4; k++) t += k;
y[0] = t;
