// A full specialisation replaces the template for its type.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [1, 2]
// ember: [header]
template <typename T>
int kind() { return 1; }
template <>
int kind<half>() { return 2; }
// ember: [body]
y[0] = kind<float>();
y[1] = kind<half>();
