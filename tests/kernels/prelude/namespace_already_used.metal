// using namespace metal is in force: bare and qualified names are the same.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [2, 2]
using namespace metal;
y[0] = sqrt(4.0f);
y[1] = ::metal::sqrt(4.0f);
