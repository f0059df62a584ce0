// Branches for other types are not compiled: they could not be.
// ember: input x = f32:[2, 3]
// ember: output y = f32(2)
// ember: template T = f32
// ember: expect y = [4, 9]
// ember: [header]
template <typename T>
T square(T v) {
    if constexpr (is_same_v<T, bool>) {
        return v.no_such_member;
    } else {
        return v * v;
    }
}
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = square<T>(x[i]);
