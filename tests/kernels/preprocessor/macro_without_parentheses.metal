// Replacement is textual: precedence is the user's business.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [7, 9]
#define SUM 1 + 2
#define SAFE (1 + 2)
y[0] = SUM * 3;
y[1] = SAFE * 3;
