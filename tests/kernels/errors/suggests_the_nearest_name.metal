// A misspelt attribute is named with its correct spelling.
// ember: output y = f32(8)
uint i = thread_position_in_gird.x;
//       ^^^^^^^^^^^^^^^^^^^^^^^ error[undeclared-name]: `thread_position_in_gird` is not declared
y[i] = 1;
