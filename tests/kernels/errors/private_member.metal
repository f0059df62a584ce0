// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
class Box {
    float value;

public:
    Box(float v) : value(v) {}
};
// ember: [body]
uint i = thread_position_in_grid.x;
Box b(1);
y[i] = b.value;
//       ^^^^^ error[private-member]: `value` is a private member of `Box`
