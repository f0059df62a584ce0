// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [123, 123]
// A `mutable` copy keeps its value from call to call; the original stays.
uint i = thread_position_in_grid.x;
int count = 0;
auto next = [count]() mutable { return ++count; };
int a = next();
int b = next();
int c = next();
y[i] = a * 100 + b * 10 + c + count;
