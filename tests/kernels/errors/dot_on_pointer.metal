// . does not follow a pointer.
// ember: output y = f32(8)
// ember: [header]
struct P { float a; };
// ember: [body]
P p = {1};
thread P* q = &p;
y[0] = q.a;
//     ^ error[pointer-member]: this is a pointer, `thread P*`
