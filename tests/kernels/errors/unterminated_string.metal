// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
y[i] = "abc;
//     ^^^^^ error[unterminated-literal]: unterminated string
