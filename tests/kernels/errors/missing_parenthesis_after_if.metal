// A condition needs parentheses.
// ember: output y = f32(8)
if y[0] > 1 { y[0] = 1; }
// ^ error[expected-token]: expected `(` after `if`, found `y`
