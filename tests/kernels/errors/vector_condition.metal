// A vector of bool is not a condition.
// ember: output y = f32(8)
float2 v = float2(1, 2);
if (v > 1.0f) y[0] = 1;
//  ^^^^^^^^ error[vector-condition]: a condition must be one `bool`, not a `bool2`
