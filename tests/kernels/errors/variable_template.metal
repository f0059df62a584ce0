// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
template <typename T> constant constexpr T two = T(2);
//                                         ^^^ error[unsupported-construct]: variable templates are not supported
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = 1;
