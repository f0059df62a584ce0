// A misspelt library function.
// ember: output y = f32(8)
y[thread_position_in_grid.x] = rsqurt(2.0f);
//                             ^^^^^^ error[undeclared-function]: there is no function `rsqurt`
