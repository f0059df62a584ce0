// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
// ember: [header]
#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(A(A(x))))))
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = 0 B(+ 1);
//       ^^^^^^ error[macro-too-large]: macros expand to more than 400000 tokens
