// A float function of an int computes in float.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [3, 1.4142135]
y[0] = sqrt(9);
//     ^^^^^^^ warning[ambiguous-call]: Apple's compiler calls `sqrt(int)` ambiguous
y[1] = sqrt(2u);
//     ^^^^^^^^ warning[ambiguous-call]: Apple's compiler calls `sqrt(uint)` ambiguous
