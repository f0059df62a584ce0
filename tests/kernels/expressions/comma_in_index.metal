// x[r, c] is the comma operator: x[c].
// ember: input x = i32(4, 2):arange
// ember: output y = i32(1)
// ember: expect y = [1]
y[0] = x[3, 1];
//       ^^^^ warning[comma-in-index]: this is the comma operator: only what follows the last comma is the index
