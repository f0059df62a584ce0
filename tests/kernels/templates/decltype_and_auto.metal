// decltype names the type of an expression; auto drops const and references.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [7.5, 4]
const float a = 7.25f;
decltype(a * 2) b = 0.25f;
auto c = a;
c += b;
y[0] = c;
y[1] = sizeof(decltype(1.0h + 1.0f));
