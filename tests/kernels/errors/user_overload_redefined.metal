// Two functions with the same parameters.
// ember: output y = f32(8)
// ember: [header]
float f(float a) { return a; }
float f(float b) { return b + 1; }
//    ^ error[redefinition]: `f` is already defined with these parameters
// ember: [body]
y[0] = f(1);
