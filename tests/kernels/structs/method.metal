// Methods see the members; const ones do not change them.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 9]
// ember: [header]
struct Counter {
    int n;
    void add(int k) { n += k; }
    int squared() const { return n * n; }
};
// ember: [body]
Counter c = {1};
c.add(2);
y[0] = c.n;
y[1] = c.squared();
