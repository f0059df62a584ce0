// The element type behind a device pointer is deduced.
// ember: input x = f16(16):full(1.5)
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [3, 2]
// ember: [header]
template <typename T>
T twice(const device T* p) { return p[0] + p[1]; }
// ember: [body]
y[0] = twice(x);
y[1] = sizeof(twice(x));
