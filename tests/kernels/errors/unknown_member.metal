// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
// ember: [header]
struct P { float a; };
// ember: [body]
uint i = thread_position_in_grid.x;
P p;
p.a = x[i];
y[i] = p.b;
//       ^ error[unknown-member]: `P` has no member `b`
