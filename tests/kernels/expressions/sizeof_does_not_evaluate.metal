// The operand of sizeof is not evaluated.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 4]
int k = 3;
int s = sizeof(k++);
y[0] = k;
y[1] = s;
