// A constructor with too few components.
// ember: output y = f32(8)
float4 v = float4(1, 2, 3);
//         ^^^^^^^^^^^^^^^ error[vector-size]: a `float4` needs 4 components, 3 given
y[0] = v.x;
