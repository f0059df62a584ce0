// frexp gives a significand in 0.5..1 and an exponent by reference.
// ember: input x = f32:[12, -0.375, 1, 0]
// ember: output m = f32(4)
// ember: output e = i32(4)
// ember: expect m = [0.75, -0.75, 0.5, 0]
// ember: expect e = [4, -1, 1, 0]
uint i = thread_position_in_grid.x;
int exponent;
m[i] = frexp(x[i], exponent);
e[i] = exponent;
