// Rounding by adding 1.5 * 2^23 works: nothing is simplified away.
// ember: input x = f32:[2.5, 3.5, -1.2]
// ember: output y = f32(3)
// ember: expect y = [2, 4, -1]
uint i = thread_position_in_grid.x;
float magic = 12582912.0f;
y[i] = (x[i] + magic) - magic;
