// A lambda cannot call itself.
// ember: output y = f32(8)
auto f = [&](int n) { return n == 0 ? 0 : f(n - 1); };
//                                        ^^^^^^^^ error[recursion]: a lambda calls itself: kernels cannot recurse
y[0] = f(3);
