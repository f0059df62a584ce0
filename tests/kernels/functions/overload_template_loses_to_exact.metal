// A plain function beats a template of equal rank; an exact template beats a conversion.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 2]
// ember: [header]
int kind(float) { return 1; }
template <typename T>
int kind(T) { return 2; }
// ember: [body]
y[0] = kind(1.0f);
y[1] = kind(1);
