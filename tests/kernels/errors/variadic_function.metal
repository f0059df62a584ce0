// C's variadic functions do not exist.
// ember: output y = f32(8)
// ember: [header]
float f(int n, ...) { return n; }
//             ^^^ error[unsupported-construct]: variadic functions are not supported
// ember: [body]
y[0] = f(1, 2);
//     ^^^^^^^ error[argument-count]: `f` takes 1 arguments, 2 given
