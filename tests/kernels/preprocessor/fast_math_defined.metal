// math fast defines __FAST_MATH__.
// ember: output y = i32(1)
// ember: math fast
// ember: expect y = [1]
#if defined(__FAST_MATH__) && __FAST_MATH__
y[0] = 1;
#else
y[0] = 0;
#endif
