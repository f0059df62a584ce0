// Python's conditional expression.
// ember: input x = f32(8):arange
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
y[i] = x[i] if x[i] > 0 else 0;
//          ^^ error[expected-token]: an `if` cannot stand inside an expression
