// A lambda passed to a template function.
// ember: output y = i32(1)
// ember: expect y = [14]
// ember: [header]
template <typename F>
int sum_over(int n, F f) {
    int t = 0;
    for (int k = 0; k < n; k++) t += f(k);
    return t;
}
// ember: [body]
y[0] = sum_over(4, [](int k) { return k * k; });
