// A struct without the operator that is used.
// ember: output y = f32(8)
// ember: [header]
struct P { float a; };
// ember: [body]
P p = {1}, q = {2};
y[0] = (p + q).a;
//     ^^^^^^^ error[operand-type]: `+` cannot combine `P` and `P`
