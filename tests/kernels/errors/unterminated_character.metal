// A character literal without end.
// ember: output y = f32(8)
y[0] = 'a;
//     ^^^ error[unterminated-literal]: unterminated character literal
y[1] = 2;
