// Functions and constants in namespaces, nested, aliased and imported.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, 2, 3, 2]
// ember: [header]
namespace lib {
constant int base = 1;
namespace inner { int two() { return base + 1; } }
int three() { return inner::two() + base; }
}
namespace alias = lib::inner;
// ember: [body]
y[0] = lib::base;
y[1] = lib::inner::two();
using namespace lib;
y[2] = three();
y[3] = alias::two();
