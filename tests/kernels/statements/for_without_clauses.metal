// Every clause of a `for` may be missing.
// ember: output y = i32(3)
// ember: expect y = [0, 3, 6]
uint i = thread_position_in_grid.x;
int total = 0;
uint k = 0;
for (;;) {
    if (k == i) break;
    total += 3;
    k++;
}
y[i] = total;
