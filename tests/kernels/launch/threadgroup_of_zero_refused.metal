// A group of no threads is an error.
// ember: output y = f32(1)
// ember: grid 4
// ember: threadgroup 0
// ember: expect failure: threadgroup
y[0] = 1;
