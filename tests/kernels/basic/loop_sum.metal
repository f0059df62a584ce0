// A loop with a data-dependent trip count: lanes leave it at different times.
// ember: input n = i32(200):randint(0, 50, 9)
// ember: output y = i32(200)
// ember: grid 200
// ember: expect y = n * (n + 1) / 2
uint i = thread_position_in_grid.x;
int total = 0;
for (int k = 1; k <= n[i]; ++k) {
    total += k;
}
y[i] = total;
