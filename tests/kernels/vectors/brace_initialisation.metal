// Braces fill components; missing ones are zero.
// ember: output y = i32(8)
// ember: grid 1
// ember: expect y = [1, 2, 3, 0, 4, 5, 6, 7]
int4 a = {1, 2, 3};
int4 b{4, 5, 6, 7};
for (int k = 0; k < 4; k++) {
    y[k] = a[k];
    y[4 + k] = b[k];
}
