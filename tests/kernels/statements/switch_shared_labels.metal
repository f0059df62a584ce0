// Several labels on one statement, negative and character labels.
// ember: input x = i32:[-1, 65, 66, 3]
// ember: output y = i32(4)
// ember: expect y = [1, 2, 2, 0]
uint i = thread_position_in_grid.x;
switch (x[i]) {
case -1: y[i] = 1; break;
case 'A':
case 'B': y[i] = 2; break;
default: y[i] = 0; break;
}
