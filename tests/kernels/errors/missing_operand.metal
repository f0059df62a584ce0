// An operator without right side.
// ember: output y = f32(8)
y[0] = 1.0f * ;
//            ^ error[expected-token]: expected an expression, found `;`
