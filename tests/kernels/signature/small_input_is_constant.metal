// Fewer than eight elements are in the constant address space.
// ember: input w = f32:[1, 2, 3, 4, 5, 6, 7]
// ember: output y = f32(1)
// ember: expect y = [28]
// ember: [header]
float total(const constant float* w) {
    float t = 0;
    for (int k = 0; k < 7; k++) t += w[k];
    return t;
}
// ember: [body]
y[0] = total(w);
