// A lambda sees only what it captures.
// ember: output y = f32(8)
int a = 1;
auto f = [](int b) { return a + b; };
//                          ^ error[missing-capture]: `a` is not captured by the lambda
y[0] = f(1);
