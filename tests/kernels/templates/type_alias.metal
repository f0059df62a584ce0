// using and typedef, also inside functions and as template aliases.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [1, 5, 8]
// ember: [header]
using Real = float;
typedef float2 Pair;
template <typename T>
using Two = vec<T, 2>;
// ember: [body]
using Local = Real;
Local a = 1;
Pair p = Pair(2, 3);
y[0] = a;
y[1] = p.x + p.y;
y[2] = sizeof(Two<float>);
