// Sizes from constexpr arithmetic, template arguments and macros.
// ember: template N = 3
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [7, 6, 4]
#define EXTRA 1
constexpr int M = N * 2;
int a[M + 1];
int b[M];
int c[N + EXTRA];
y[0] = sizeof(a) / 4;
y[1] = sizeof(b) / sizeof(int);
y[2] = sizeof(c) / sizeof(c[0]);
