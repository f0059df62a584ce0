// ushort against int promotes to int, so -1 is less.
// ember: input a = i32:[-1]
// ember: input b = u16:[1]
// ember: output y = i32(1)
// ember: expect y = [1]
y[0] = a[0] < b[0];
