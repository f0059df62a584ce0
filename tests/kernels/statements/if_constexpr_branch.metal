// Only the chosen branch of `if constexpr` is looked at for types.
// ember: input x = f32:[1.5, 2.5]
// ember: output y = f32(2)
// ember: template FLAG = true
// ember: expect y = [3, 5]
uint i = thread_position_in_grid.x;
if constexpr (FLAG) {
    y[i] = x[i] * 2;
} else {
    y[i] = x[i] - 1;
}
