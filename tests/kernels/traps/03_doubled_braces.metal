// Doubled braces of a Python format string are nested blocks.
// ember: output y = i32(4)
// ember: init 0
// ember: expect y = [1, 2, 0, 0]
uint i = thread_position_in_grid.x;
if (i >= 2) {{ return; }}
for (uint k = 0; k <= i; k++) {{ y[i] += 1; }}
