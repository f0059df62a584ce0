// A 0-d output is a pointer to one element.
// ember: output y = f32()
// ember: expect y = [7]
y[0] = 7;
