// Captures by name, one by value, one by reference; an explicit result type.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, 5]
int a = 1, b = 1;
auto f = [a, &b]() -> float { b += 4; return a; };
a = 100;
y[0] = f();
y[1] = b;
