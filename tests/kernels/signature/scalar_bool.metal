// A 0-d bool is a condition.
// ember: input flag = false
// ember: output y = i32(1)
// ember: expect y = [2]
y[0] = flag ? 1 : 2;
