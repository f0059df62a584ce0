// A const reference binds to a temporary.
// ember: output y = f32(1)
// ember: expect y = [9]
// ember: [header]
float square(const thread float& v) { return v * v; }
// ember: [body]
float a = 1;
y[0] = square(a + 2);
