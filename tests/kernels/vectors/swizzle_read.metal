// Components by xyzw or rgba, repeated and reordered.
// ember: output y = f32(8)
// ember: grid 1
// ember: expect y = [3, 2, 1, 1, 4, 4, 2, 3]
float4 v = float4(1, 2, 3, 4);
float3 a = v.zyx;
float2 b = v.xw;
float4 c = v.aagb;
y[0] = a.x; y[1] = a.y; y[2] = a.z;
y[3] = b.x; y[4] = b.y;
y[5] = c.y; y[6] = c.z; y[7] = c.w;
