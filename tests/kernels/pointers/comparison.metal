// Pointers into one array compare by position; a loop may run to an end pointer.
// ember: input x = f32(6):arange(1)
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [21, 1, 0]
float total = 0;
for (auto p = x, end = x + 6; p != end; ++p) total += *p;
y[0] = total;
y[1] = x < x + 1;
y[2] = x == x + 1;
