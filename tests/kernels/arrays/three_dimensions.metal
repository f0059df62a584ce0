// A 3-D array: the last index moves fastest.
// ember: output y = i32(1)
// ember: expect y = [23]
int a[2][3][4];
int n = 0;
for (int i = 0; i < 2; i++)
    for (int j = 0; j < 3; j++)
        for (int k = 0; k < 4; k++) a[i][j][k] = n++;
thread int* flat = &a[0][0][0];
y[0] = flat[23];
