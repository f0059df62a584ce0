// No constructor takes these arguments.
// ember: output y = f32(8)
// ember: [header]
struct P { float a; P(float v) : a(v) {} };
// ember: [body]
P p(1.0f, 2.0f);
//^^^^^^^^^^^^^ error[argument-count]: `P` takes 1 arguments, 2 given
y[0] = p.a;
