// A private 2-D array, written and read with run-time indices.
// ember: output y = i32(6)
// ember: expect y = [0, 1, 2, 10, 11, 12]
int table[2][3];
for (int r = 0; r < 2; r++)
    for (int c = 0; c < 3; c++) table[r][c] = r * 10 + c;
int i = thread_position_in_grid.x;
y[i] = table[i / 3][i % 3];
