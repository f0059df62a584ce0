// auto parameters make a lambda a template.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [4, 6.25]
auto square = [](auto v) { return v * v; };
y[0] = square(2);
y[1] = square(2.5f);
