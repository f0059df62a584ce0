// A buffer is flat: x[r][c] is not its element.
// ember: input x = f32(4, 2):ones
// ember: output y = f32(8)
y[0] = x[1][0];
//     ^^^^ error[not-indexable]: a `float` cannot be indexed
