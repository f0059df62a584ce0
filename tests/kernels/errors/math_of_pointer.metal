// A math function of an array instead of its element.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
y[i] = exp(x);
//         ^ error[bad-argument]: `exp` takes numbers and vectors of them, got `const device float*`
