// The old value of a post-incremented index is used, once.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, 2, 3, 3]
int at = 0;
y[at++] = 1;
y[at++] = 2;
y[at++] = 3;
y[at] = at;
