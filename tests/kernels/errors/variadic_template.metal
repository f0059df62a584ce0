// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
template <typename... Ts> float count(Ts... v) { return sizeof...(v); }
//                ^^^ error[unsupported-construct]: variadic templates are not supported
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = 1;
