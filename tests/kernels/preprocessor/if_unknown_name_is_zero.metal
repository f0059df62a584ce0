// An unknown name in #if counts as 0.
// ember: output y = i32(1)
// ember: expect y = [1]
#if UNKNOWN || UNKNOWN + 1 != 1
y[0] = 0;
#else
y[0] = 1;
#endif
