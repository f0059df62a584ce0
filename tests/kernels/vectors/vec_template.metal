// vec<T, N> is the same type as TN.
// ember: output y = f32(2)
// ember: template T = f32
// ember: grid 1
// ember: expect y = [6, 16]
vec<T, 3> a = float3(1, 2, 3);
y[0] = a.x + a.y + a.z;
y[1] = sizeof(vec<T, 3>);
