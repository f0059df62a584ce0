// ember: output y = f32(4)
// ember: grid 4
// ember: expect y = [11, 21, 31, 41]
// The captured value is the one at the lambda's place, not at its call.
uint i = thread_position_in_grid.x;
float base = 1;
auto f = [offset = base + 0, scale = 10.0f](float v) { return v * scale + offset; };
base = 100;
y[i] = f(float(i + 1));
