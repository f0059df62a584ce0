// One mistake in the header and one in the body, both reported.
// ember: output y = f32(8)
// ember: [header]
float f(float a) { return a + missing; }
//                            ^^^^^^^ error[undeclared-name]: `missing` is not declared
// ember: [body]
y[0] = f(1) + absent;
//            ^^^^^^ error[undeclared-name]: `absent` is not declared
