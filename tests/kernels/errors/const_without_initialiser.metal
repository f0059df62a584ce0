// A const variable needs a value.
// ember: output y = f32(8)
const int a;
//        ^ error[uninitialised-constant]: `a` is a constant without a value
y[0] = 1;
