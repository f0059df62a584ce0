// min of int and uint has no exact overload.
// ember: output y = f32(8)
int a = 1;
uint i = thread_position_in_grid.x;
y[i] = min(a, i);
//     ^^^^^^^^^ warning[ambiguous-call]: Apple's compiler calls `min(int, uint)` ambiguous
