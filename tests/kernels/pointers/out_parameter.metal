// A function gives a second result through a thread pointer.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 1]
// ember: [header]
int divmod(int a, int b, thread int* rest) {
    *rest = a % b;
    return a / b;
}
// ember: [body]
int rest;
y[0] = divmod(7, 2, &rest);
y[1] = rest;
