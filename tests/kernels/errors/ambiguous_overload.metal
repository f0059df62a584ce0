// Two overloads of equal rank.
// ember: output y = f32(8)
// ember: [header]
float f(float a, int b) { return a + b; }
float f(int a, float b) { return a - b; }
// ember: [body]
y[0] = f(1, 2);
//     ^^^^^^^ error[ambiguous-call]: the call of `f` is ambiguous
