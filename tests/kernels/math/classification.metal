// isnan, isinf, isfinite, isnormal and signbit.
// ember: input x = f32:[nan, -inf, 1, 1e-40, -0]
// ember: output n = i32(5)
// ember: output f = i32(5)
// ember: output s = bool(5)
// ember: expect n = [1, 0, 0, 0, 0]
// ember: expect f = [0, 10, 1001, 1, 1]
// ember: expect s[1..5] = [true, false, false, true]
uint i = thread_position_in_grid.x;
n[i] = isnan(x[i]);
f[i] = isfinite(x[i]) + 10 * isinf(x[i]) + 1000 * isnormal(x[i]);
s[i] = signbit(x[i]);
