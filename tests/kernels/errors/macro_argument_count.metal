// A function macro with too many arguments.
// ember: output y = f32(8)
#define MAX(a, b) ((a) > (b) ? (a) : (b))
y[0] = MAX(1, 2, 3);
//     ^^^^^^^^^^^^ error[macro-arguments]: the macro `MAX` takes 2 arguments but 3 are given
y[1] = MAX(1);
//     ^^^^^^ error[macro-arguments]: the macro `MAX` takes 2 arguments but 1 is given
