// A float4 does not become a float3.
// ember: output y = f32(8)
float3 v = float4(1, 2, 3, 4);
//         ^^^^^^^^^^^^^^^^^^ error[type-mismatch]: cannot convert `float4` to `float3` implicitly
y[0] = v.x;
