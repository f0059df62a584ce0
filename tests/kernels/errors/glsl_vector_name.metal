// vec4 is float4 here.
// ember: output y = f32(8)
vec4 v = vec4(1.0);
// @0+4 error[unknown-type]: `vec4` is not a known type
y[thread_position_in_grid.x] = v.x;
