// ceildiv rounds the quotient up.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [4, 3, 1]
y[0] = ceildiv(10, 3);
y[1] = ceildiv(9, 3);
y[2] = ceildiv(1u, 256u);
