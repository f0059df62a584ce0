// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
struct Pair {
    float a, b;
};
Pair pair() { return Pair{1, 2}; }
// ember: [body]
uint i = thread_position_in_grid.x;
auto [a, b] = pair();
//   ^^^^^^ error[unsupported-construct]: structured bindings are not supported
y[i] = a + b;
