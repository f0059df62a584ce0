// Functions that call each other.
// ember: output y = f32(8)
// ember: [header]
int odd(int n);
int even(int n) { return n == 0 ? 1 : odd(n - 1); }
int odd(int n) { return n == 0 ? 0 : even(n - 1); }
//                                   ^^^^^^^^^^^ error[recursion]: `even` calls itself: kernels cannot recurse
// ember: [body]
y[0] = even(4);
