// A constructor with too many components.
// ember: output y = f32(8)
float2 v = float2(1, 2, 3);
//         ^^^^^^^^^^^^^^^ error[vector-size]: a `float2` needs 2 components, 3 given
y[0] = v.x;
