// constexpr needs a constant.
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
constexpr uint k = i * 2;
//                 ^^^^^ error[not-constant]: this must be known when the kernel is compiled
y[i] = k;
