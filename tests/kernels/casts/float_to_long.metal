// float to long keeps what a float can hold.
// ember: input x = f32:[9007199254740992, -3e18, 1e30]
// ember: output y = i64(3)
// ember: expect y[0] = 9007199254740992
// ember: expect y[1] = -3000000006977814528
// ember: expect y[2] = [9223372036854775807]
uint i = thread_position_in_grid.x;
y[i] = long(x[i]);
