// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
struct Base {
protected:
    float value = 1;
};
struct Derived : Base {
    float get() const { return value; }
};
// ember: [body]
uint i = thread_position_in_grid.x;
Derived d;
y[i] = d.value;
//       ^^^^^ error[private-member]: `value` is a protected member of `Base`
