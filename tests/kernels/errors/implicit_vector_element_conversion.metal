// int2 does not become float2 implicitly.
// ember: output y = f32(8)
int2 a = int2(1, 2);
float2 b = a;
//         ^ error[type-mismatch]: cannot convert `int2` to `float2` implicitly
y[0] = b.x;
