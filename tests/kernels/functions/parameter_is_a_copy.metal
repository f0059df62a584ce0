// Changing a parameter does not change the argument.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [6, 3]
// ember: [header]
int halve(int a) {
    int n = 0;
    while (a > 0) { a /= 2; n += 3; }
    return n;
}
// ember: [body]
int v = 3;
y[0] = halve(v);
y[1] = v;
