// Functions and constants in namespaces, nested and imported.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 2, 3]
// ember: [header]
namespace lib {
constant int base = 1;
namespace inner { int two() { return base + 1; } }
int three() { return inner::two() + base; }
}
// ember: [body]
y[0] = lib::base;
y[1] = lib::inner::two();
using namespace lib;
y[2] = three();
