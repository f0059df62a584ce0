// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
class Only {
    Only(float v) : value(v) {}

public:
    float value;
};
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = Only(1.0f).value;
//     ^^^^^^^^^^ error[private-member]: the constructor of `Only` is private
