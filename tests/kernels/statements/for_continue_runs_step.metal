// `continue` in a `for` runs the step.
// ember: output y = i32(1)
// ember: expect y = [25]
int total = 0;
for (int k = 0; k < 10; k++) {
    if (k % 2 == 0) continue;
    total += k;
}
y[0] = total;
