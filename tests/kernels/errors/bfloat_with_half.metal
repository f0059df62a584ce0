// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
half h = 1.0h;
bfloat b = 1.0bf;
y[i] = h + b;
//     ^^^^^ error[type-mismatch]: `half` and `bfloat` have no common type
