// operator+= gives a reference to its object.
// ember: output y = i32(1)
// ember: expect y = [8]
// ember: [header]
struct N {
    int v;
    thread N& operator+=(int k) { v += k; return *this; }
};
// ember: [body]
N n = {1};
(n += 3) += 4;
y[0] = n.v;
