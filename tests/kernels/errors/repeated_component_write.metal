// A swizzle that names a component twice cannot be assigned.
// ember: output y = f32(8)
float2 v = float2(1, 2);
v.xx = float2(3, 4);
// @0+4 error[not-assignable]: this is a value, not something that can be assigned to
y[0] = v.x;
