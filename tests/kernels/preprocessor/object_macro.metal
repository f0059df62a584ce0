// An object macro is replaced, also by other macros.
// ember: output y = i32(1)
// ember: expect y = [24]
#define ROWS 4
#define COLS (ROWS + 2)
y[0] = ROWS * COLS;
