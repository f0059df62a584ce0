// #else without #if, #if without #endif.
// ember: output y = f32(8)
#else
// @0+5 error[unmatched-directive]: `#else` without `#if`
y[0] = 1;
#ifdef A
// @0+6 error[unterminated-conditional]: this conditional has no `#endif`
y[1] = 1;
