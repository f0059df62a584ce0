// A kernel's template argument goes on to a header's template.
// ember: output y = i32(1)
// ember: template N = 6
// ember: expect y = [15]
// ember: [header]
template <int N>
int triangle() {
    int t = 0;
    for (int k = 0; k < N; k++) t += k;
    return t;
}
// ember: [body]
y[0] = triangle<N>();
