// Python's `//` begins a comment in Metal.
// ember: input x = i32(8):arange
// ember: output y = i32(8)
uint i = thread_position_in_grid.x;
int half_of = x[i] // 2;
//                ^ error[expected-token]: expected `;` after the declaration
y[i] = half_of;
