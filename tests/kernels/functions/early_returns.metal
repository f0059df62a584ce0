// Several returns in nested loops of a function, divergent between threads.
// ember: output y = i32(5)
// ember: expect y = [100, 1, 2, 3, 100]
// ember: [header]
int find(int wanted) {
    for (int a = 0; a < 2; a++) {
        for (int b = 0; b < 2; b++) {
            if (wanted > 0 && a * 2 + b == wanted) return a * 2 + b;
        }
    }
    return 100;
}
// ember: [body]
int i = thread_position_in_grid.x;
y[i] = find(i);
