// sincos gives the sine and, by reference, the cosine.
// ember: input x = f32(64):uniform(-7, 7, 5)
// ember: output s = f32(64)
// ember: output c = f32(64)
// ember: expect s = sin(x) within 0.51 ulp
// ember: expect c = cos(x) within 0.51 ulp
uint i = thread_position_in_grid.x;
float co;
s[i] = sincos(x[i], co);
c[i] = co;
