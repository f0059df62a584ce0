// Characters that Metal does not know.
// ember: output y = f32(8)
y[0] = 1.0f @ 2;
//         ^ error[expected-token]: expected `;` after the expression
y[1] = `3`;
//     ^ error[expected-token]: expected an expression, found ```
