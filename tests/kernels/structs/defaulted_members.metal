// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [7, 7]
// ember: [header]
struct Pair {
    float a = 1;
    float b = 2;
    Pair() = default;
    Pair(float v) : a(v), b(v) {}
    Pair(const thread Pair&) = default;
    thread Pair& operator=(const thread Pair&) = default;
    ~Pair() = default;
};
struct Plain {
    float a;
    float b;
    Plain() = default;
};
// ember: [body]
uint i = thread_position_in_grid.x;
Pair none;
Pair both(3);
Pair copy = both;
none = copy;
Plain plain{1, 0};
y[i] = none.a + none.b + plain.a;
