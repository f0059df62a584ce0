// An argument of a type that does not convert.
// ember: output y = f32(8)
// ember: [header]
float f(float a, float2 b) { return a + b.x; }
// ember: [body]
y[0] = f(1.0f, float3(1, 2, 3));
//             ^^^^^^^^^^^^^^^ error[type-mismatch]: cannot convert `float3` to `float2` implicitly
