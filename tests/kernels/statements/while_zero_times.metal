// A `while` tests before its first turn.
// ember: input n = i32:[0, 1, 5]
// ember: output y = i32(3)
// ember: expect y = [0, 1, 5]
uint i = thread_position_in_grid.x;
int left = n[i], turns = 0;
while (left > 0) {
    --left;
    ++turns;
}
y[i] = turns;
