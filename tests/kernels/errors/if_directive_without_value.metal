// #if needs an expression.
// ember: output y = f32(8)
#if
// @0+3 error[bad-condition]: expected an expression after the directive
y[0] = 1;
#endif
