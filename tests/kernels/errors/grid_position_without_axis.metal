// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid;
//       ^^^^^^^^^^^^^^^^^^^^^^^ error[type-mismatch]: cannot convert `uint3` to `uint` implicitly
y[i] = x[i];
