// -> needs a pointer.
// ember: output y = f32(8)
// ember: [header]
struct P { float a; };
// ember: [body]
P p = {1};
y[0] = p->a;
//     ^ error[not-a-pointer]: `->` needs a pointer, not `P`
