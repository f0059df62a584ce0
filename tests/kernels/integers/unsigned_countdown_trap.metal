// `k >= 0` is always true for uint: a countdown must stop by other means.
// ember: output y = u32(2)
// ember: grid 1
// ember: expect y = [6, 4294967295]
uint total = 0, k = 3;
while (k >= 0) {
    total += k;
    if (k-- == 0) break;
}
y[0] = total;
y[1] = k;
