// if constexpr ends the recursion of a function template.
// ember: output y = i32(1)
// ember: expect y = [10]
// ember: [header]
template <int N>
int sum() {
    if constexpr (N == 0) {
        return 0;
    } else {
        return N + sum<N - 1>();
    }
}
// ember: [body]
y[0] = sum<4>();
