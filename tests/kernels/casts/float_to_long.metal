// float to long keeps what a float can hold.
// ember: input x = f32:[9007199254740992, -4611686018427387904, 1e30]
// ember: output y = i64(3)
// ember: expect y = [9007199254740992, -4611686018427387904, 9223372036854775807]
uint i = thread_position_in_grid.x;
y[i] = long(x[i]);
