// simd_max of ints and floats; the second simdgroup has eight lanes.
// ember: input x = i32(40):randint(-100, 100, 3)
// ember: output y = i32(40)
// ember: output f = f32(40)
// ember: threadgroup 40
// ember: expect y = max(j in div(i, 32) * 32..min(div(i, 32) * 32 + 32, 40): x[j])
// ember: expect f = y
uint i = thread_position_in_grid.x;
y[i] = simd_max(x[i]);
f[i] = simd_max(float(x[i]));
