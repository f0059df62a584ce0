// #if in the middle of an expression; brackets match after preprocessing.
// ember: output y = i32(1)
// ember: expect y = [7]
#define EXTRA
y[0] = (1 + 2
#ifdef EXTRA
        + 4)
#else
        )
#endif
    ;
