// Eight elements are in the device address space.
// ember: input w = f32:[1, 2, 3, 4, 5, 6, 7, 8]
// ember: output y = f32(1)
// ember: expect y = [36]
// ember: [header]
float total(const device float* w) {
    float t = 0;
    for (int k = 0; k < 8; k++) t += w[k];
    return t;
}
// ember: [body]
y[0] = total(w);
