// A name is known from its declaration on.
// ember: output y = f32(8)
y[0] = later;
//     ^^^^^ error[undeclared-name]: `later` is not declared
float later = 1;
