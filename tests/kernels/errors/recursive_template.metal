// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
// ember: [header]
template <int N> int f() { return f<N + 1>(); }
//                                ^^^^^^^^^^ error[call-depth]: calls nest more than 64 deep
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = f<0>();
