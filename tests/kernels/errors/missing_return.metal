// A function with a result must return one.
// ember: output y = f32(8)
// ember: [header]
float f(float a) { a += 1; }
// ember: [body]
y[0] = f(1);
//     ^^^^ error[missing-return]: `f` can end without returning a `float`
