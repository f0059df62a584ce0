// A struct template with a method and a value parameter.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [6, 3]
// ember: [header]
template <typename T, int N>
struct Row {
    T v[N];
    T sum() const {
        T t = 0;
        for (int k = 0; k < N; k++) t += v[k];
        return t;
    }
    static constexpr int size() { return N; }
};
// ember: [body]
Row<float, 3> r = {{1, 2, 3}};
y[0] = r.sum();
y[1] = Row<float, 3>::size();
