// A struct ends with a semicolon.
// ember: output y = f32(8)
// ember: [header]
struct P { float a; }
//                   ^ error[expected-token]: expected `;` after the definition
float f(P p) { return p.a; }
// ember: [body]
P p = {1};
y[0] = f(p);
