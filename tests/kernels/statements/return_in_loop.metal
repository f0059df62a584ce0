// `return` inside nested loops ends the thread, not the others.
// ember: output y = i32(5)
// ember: init -1
// ember: expect y = [3, -1, -1, 3, 3]
int lane = thread_position_in_grid.x;
int seen = 0;
for (int a = 0; a < 3; a++) {
    for (int b = 0; b < 3; b++) {
        if (a * 3 + b == 4 && lane > 0 && lane < 3) return;
    }
    seen++;
}
y[lane] = seen;
