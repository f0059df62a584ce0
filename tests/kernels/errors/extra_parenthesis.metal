// One parenthesis too many.
// ember: output y = f32(8)
y[0] = (1.0f + 2.0f));
//                  ^ error[expected-token]: expected `;` after the expression
y[1] = 2;
