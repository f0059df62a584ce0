// as_type keeps the bits between types of one size.
// ember: input x = f32:[1, -2, 0]
// ember: output bits = u32(3)
// ember: output back = f32(3)
// ember: expect bits = [0x3f800000, 0xc0000000, 0]
// ember: expect back = [2, -4, 1.17549435e-38]
uint i = thread_position_in_grid.x;
bits[i] = as_type<uint>(x[i]);
back[i] = as_type<float>(as_type<int>(x[i]) + 0x00800000);
