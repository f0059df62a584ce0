// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
uint n = i + 1;
threadgroup float buf[n];
//                    ^ error[not-constant]: this must be known when the kernel is compiled
buf[0] = x[i];
y[i] = buf[0];
