// ember: output y = f32(4)
// ember: grid 4
uint i = thread_position_in_grid.x;
switch (i) {
case 0 ... 2: y[i] = 1; break;
// @0+4 error[unsupported-construct]: case ranges are not supported
default: y[i] = 2;
}
