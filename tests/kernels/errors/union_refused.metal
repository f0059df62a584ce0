// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
// ember: [header]
union U { float f; uint u; };
//    ^ error[unsupported]: unions are not supported
// ember: [body]
uint i = thread_position_in_grid.x;
U v;
v.f = x[i];
y[i] = v.f;
