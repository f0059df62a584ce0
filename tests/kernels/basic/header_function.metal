// A header in the same file: a templated helper called from the body.
// ember: input x = f32(300):uniform(-2, 2, 5)
// ember: output y = f32(300)
// ember: grid 300
// ember: expect y = f32(f32(x * x) * x)
// ember: [header]
template <typename T>
T cube(T v) {
    return v * v * v;
}
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = cube(x[i]);
