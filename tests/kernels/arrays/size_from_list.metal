// The size of an array may come from its list.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 9]
int table[] = {2, 4, 9};
y[0] = sizeof(table) / sizeof(table[0]);
y[1] = table[2];
