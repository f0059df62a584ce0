// #ifdef in the middle of a parenthesised expression.
// ember: input x = f32:[1, 2]
// ember: output y = f32(2)
// ember: expect y = [3, 6]
#define SCALED 1
uint i = thread_position_in_grid.x;
y[i] = fma(x[i],
#if SCALED
           2.0f,
#else
           1.0f,
#endif
           x[i]);
