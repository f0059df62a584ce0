// Member and free operators of a user struct.
// ember: output y = i32(5)
// ember: grid 1
// ember: expect y = [4, 6, -1, 1, 12]
// ember: [header]
struct V {
    int a, b;
    V operator+(V o) const { return {a + o.a, b + o.b}; }
    V operator-() const { return {-a, -b}; }
    bool operator==(V o) const { return a == o.a && b == o.b; }
    int operator[](int k) const { return k == 0 ? a : b; }
    int operator()(int f) const { return (a + b) * f; }
};
// ember: [body]
V v = {1, 2}, w = {3, 4};
V s = v + w;
y[0] = s[0];
y[1] = s.b;
y[2] = (-v).a;
y[3] = v == V{1, 2};
y[4] = v(4);
