// `return;` leaves a void function only.
// ember: output y = i32(2)
// ember: expect y = [7, 1]
// ember: [header]
void put(device int* y, int i) {
    y[i] = 1;
    if (i > 0) return;
    y[i] = 7;
}
// ember: [body]
int i = thread_position_in_grid.x;
put(y, i);
