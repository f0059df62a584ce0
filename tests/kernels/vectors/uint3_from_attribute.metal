// Attributes are uint3 and can be kept and swizzled.
// ember: output y = u32(6)
// ember: grid 3, 2
// ember: threadgroup 3, 2
// ember: expect y = [0, 1, 2, 10, 11, 12]
uint3 p = thread_position_in_grid;
uint2 q = p.yx;
y[p.y * 3 + p.x] = q.x * 10 + q.y;
