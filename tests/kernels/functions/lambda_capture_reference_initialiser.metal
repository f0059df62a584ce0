// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [5, 6]
uint i = thread_position_in_grid.x;
float sum = float(i);
auto add = [&total = sum](float v) { total += v; };
add(2);
add(3);
y[i] = sum;
