// A mistake in the header points into the header.
// ember: output y = f32(8)
// ember: [header]
float f(float a) { return a + b; }
//                            ^ error[undeclared-name]: `b` is not declared
// ember: [body]
y[0] = f(1);
