// An array of negative size.
// ember: output y = f32(8)
// ember: template N = -1
float a[N];
//      ^ error[array-size]: an array needs at least one element, not -1
y[0] = a[0];
