// do { } while (0) macros with continuations, defined and undefined in the body.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [11, 12]
#define STEP(i, v) \
    do {           \
        y[i] = v;  \
        total++;   \
    } while (0)
int total = 9;
if (total == 9)
    STEP(0, 11);
else
    STEP(0, 0);
#undef STEP
#define STEP(i) y[i] = total + 2
STEP(1);
