// `break` leaves the inner loop only; lanes leave it at different turns.
// ember: output y = i32(4)
// ember: expect y = [0, 3, 6, 9]
int lane = thread_position_in_grid.x;
int count = 0;
for (int a = 0; a < 3; a++) {
    for (int b = 0; b < 100; b++) {
        if (b == lane) break;
        count++;
    }
}
y[lane] = count;
