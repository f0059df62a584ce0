// Too few and too many arguments of a user function.
// ember: output y = f32(8)
// ember: [header]
float f(float a, float b) { return a + b; }
// ember: [body]
y[0] = f(1.0f);
//     ^^^^^^^ error[argument-count]: `f` takes 2 arguments, 1 given
y[1] = f(1.0f, 2.0f, 3.0f);
//     ^^^^^^^^^^^^^^^^^^^ error[argument-count]: `f` takes 2 arguments, 3 given
