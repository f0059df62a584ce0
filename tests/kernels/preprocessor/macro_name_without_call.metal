// A function macro's name without parentheses is an ordinary name.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [5, 10]
#define f(x) (2 * (x))
int f = 5;
y[0] = f;
y[1] = f(5);
