// A vector does not become a number.
// ember: output y = f32(8)
float2 v = float2(1, 2);
float s = v;
//        ^ error[type-mismatch]: cannot convert `float2` to `float` implicitly
y[0] = s;
