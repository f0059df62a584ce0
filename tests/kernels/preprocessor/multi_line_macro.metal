// Backslashes continue a macro; do { } while (0) makes it a statement.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [2, 1]
#define SWAP(a, b) \
    do { \
        int t = a; \
        a = b; \
        b = t; \
    } while (0)
int a = 1, b = 2;
if (a < b)
    SWAP(a, b);
else
    a = 100;
y[0] = a;
y[1] = b;
