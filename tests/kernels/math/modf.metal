// modf splits into fraction and whole number, both with the sign.
// ember: input x = f32:[2.75, -2.75]
// ember: output f = f32(2)
// ember: output w = f32(2)
// ember: expect f = [0.75, -0.75]
// ember: expect w = [2, -2]
uint i = thread_position_in_grid.x;
float whole;
f[i] = modf(x[i], whole);
w[i] = whole;
