// A local with an input's name is a redefinition of the parameter.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
float x = 1;
//    ^ error[redefinition]: `x` is already declared in this scope
y[0] = x;
