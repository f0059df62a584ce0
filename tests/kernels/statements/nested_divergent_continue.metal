// `continue` in an inner loop and `break` in the outer, both divergent.
// ember: output y = i32(4)
// ember: expect y = [0, 2, 6, 12]
int lane = thread_position_in_grid.x;
int total = 0;
for (int a = 0; ; a++) {
    if (a >= lane) break;
    for (int b = 0; b < 6; b++) {
        if (b > lane) continue;
        total++;
    }
}
y[lane] = total;
