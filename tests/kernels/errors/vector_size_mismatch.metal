// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float2 a = float2(1.0f);
float3 b = float3(2.0f);
y[i] = (a + b).x;
//     ^^^^^^^ error[operand-type]: `+` cannot combine `float2` and `float3`
