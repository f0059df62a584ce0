// Conditionals nest, also inside skipped text.
// ember: output y = i32(1)
// ember: expect y = [3]
#ifdef NOTHING
#if 1
y[0] = 1;
#else
y[0] = 2;
#endif
#else
#ifdef __METAL_VERSION__
y[0] = 3;
#endif
#endif
