// A size computed by a division by zero.
// ember: output y = f32(8)
constexpr int n = 4 / 0;
int a[n];
//    ^ error[array-size]: an array needs at least one element, not 0
y[0] = a[0];
