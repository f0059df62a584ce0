// Doubled braces are a nested block.
// ember: output y = i32(3)
// ember: init 0
// ember: expect y = [1, 1, 0]
uint i = thread_position_in_grid.x;
if (i >= 2) {{ return; }}
y[i] = 1;
