// A dtype template argument is a type of the body.
// ember: input x = f32:[1.0009766, 2]
// ember: output y = f32(2)
// ember: template T = f16
// ember: expect y = [1.001953125, 4]
uint i = thread_position_in_grid.x;
T v = x[i];
y[i] = v * v;
