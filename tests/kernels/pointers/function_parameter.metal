// Functions take device and thread pointers.
// ember: input x = f32(8):arange
// ember: output y = f32(2)
// ember: expect y = [6, 22]
// ember: [header]
float sum4(const device float* p) { return p[0] + p[1] + p[2] + p[3]; }
void store(device float* out, uint i, float v) { out[i] = v; }
// ember: [body]
uint i = thread_position_in_grid.x;
store(y, i, sum4(x + 4 * i));
