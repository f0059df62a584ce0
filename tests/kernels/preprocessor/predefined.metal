// __METAL_VERSION__ is 310, __METAL__ is defined, __FAST_MATH__ is off in safe mode.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [310, 1, 0]
y[0] = __METAL_VERSION__;
#ifdef __METAL__
y[1] = 1;
#endif
#if defined(__FAST_MATH__) && __FAST_MATH__
y[2] = 1;
#else
y[2] = 0;
#endif
