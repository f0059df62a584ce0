// A parameter `T (&a)[N]` keeps the size, which can be deduced.
// ember: output y = i32(1)
// ember: expect y = [9]
// ember: [header]
template <typename T, int N>
T total(thread T (&a)[N]) {
    T t = 0;
    for (int k = 0; k < N; k++) t += a[k];
    return t;
}
// ember: [body]
int table[3] = {2, 3, 4};
y[0] = total(table);
