// A bracket closed by a parenthesis.
// ember: output y = f32(8)
y[0) = 1.0f;
// ^ error[expected-token]: expected `]`, found `)`
