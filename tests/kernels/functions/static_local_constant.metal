// A constant inside a function.
// ember: output y = i32(1)
// ember: expect y = [30]
// ember: [header]
int pick(int k) {
    constexpr int table[3] = {10, 20, 30};
    return table[k];
}
// ember: [body]
y[0] = pick(2);
