// xyzw and rgba do not mix.
// ember: output y = f32(8)
float4 v = float4(1, 2, 3, 4);
y[0] = v.xg.y;
//       ^^ error[unknown-member]: `float4` has no member `xg`
