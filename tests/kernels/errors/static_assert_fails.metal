// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
static_assert(sizeof(float) == 8, "wide");
//            ^^^^^^^^^^^^^^^^^^ error[static-assert]: static assertion failed: wide
y[i] = 0.0f;
