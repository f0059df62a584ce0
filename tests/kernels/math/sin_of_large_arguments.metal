// sin and cos reduce large arguments exactly.
// ember: input x = f32:[1e3, 1e6, 1e9, 3e20]
// ember: output s = f32(4)
// ember: output c = f32(4)
// ember: expect s = sin(x) within 0.51 ulp
// ember: expect c = cos(x) within 0.51 ulp
uint i = thread_position_in_grid.x;
s[i] = precise::sin(x[i]);
c[i] = precise::cos(x[i]);
