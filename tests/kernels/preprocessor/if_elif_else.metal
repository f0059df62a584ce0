// #if with arithmetic, defined() and #elif; the skipped text is not looked at.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [2, 1]
#define LEVEL 5
#if LEVEL < 3
y[0] = this is not code;
#elif LEVEL * 2 == 10 && !defined(NOTHING)
y[0] = 2;
#else
#error unreachable
#endif
#ifndef NOTHING
y[1] = 1;
#endif
