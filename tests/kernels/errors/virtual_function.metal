// Virtual functions do not exist in Metal.
// ember: output y = f32(8)
// ember: [header]
struct S { virtual float f() { return 1; } };
//         ^^^^^^^ error[unsupported-construct]: `virtual` is not supported
// ember: [body]
S s;
y[0] = s.f();
