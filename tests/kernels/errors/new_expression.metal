// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float* p = new float[4];
//         ^^^ error[unsupported-construct]: `new`: Metal has no dynamic memory
y[i] = p[0];
