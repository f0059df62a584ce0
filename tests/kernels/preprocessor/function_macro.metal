// Parameters are replaced by their arguments, which may hold commas in parentheses.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [9, 5, 12]
#define SQUARE(v) ((v) * (v))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define CALL(f, args) f args
y[0] = SQUARE(1 + 2);
y[1] = MAX(2, 5);
y[2] = CALL(max, (7, 12));
