// half4 through a pointer cast, converted to float4.
// ember: input x = f16:[1, 2, 3, 4, 5, 6, 7, 8]
// ember: output y = f32(2)
// ember: expect y = [10, 26]
uint i = thread_position_in_grid.x;
float4 v = float4(((const device half4*)x)[i]);
y[i] = v.x + v.y + v.z + v.w;
