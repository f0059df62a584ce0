// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
float half_of(float v) { return v / 2; }
float half_of(int v) = delete;
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = half_of(int(i));
//     ^^^^^^^^^^^^^^^ error[deleted-function]: `half_of` is deleted: it cannot be called
