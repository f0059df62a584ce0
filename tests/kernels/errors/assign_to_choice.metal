// `(c ? a : b) = x` is not supported; the message says how to write it.
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
float a = 0, b = 0;
(i > 3 ? a : b) = 1.0f;
// @0+15 error[not-assignable]: this is a value, not something that can be assigned to
y[i] = a - b;
