// The namespace decides between functions of one name.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 2, 0]
// ember: [header]
namespace a { int f() { return 1; } }
namespace b { int f() { return 2; } }
int f() { return 0; }
// ember: [body]
y[0] = a::f();
y[1] = b::f();
y[2] = ::f();
