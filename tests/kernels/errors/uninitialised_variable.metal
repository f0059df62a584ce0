// A variable that nothing wrote before it is read.
// ember: output y = f32(2)
// ember: grid 1
float total;
int n = 2;
for (int i = 0; i < n; i++) {
    float part;
    y[i] = part;
    //     ^^^^ warning[uninitialised]: `part` is read before anything was written to it
    part = i;
}
total += 1;
// @0+5 warning[uninitialised]: `total` is read before anything was written to it
