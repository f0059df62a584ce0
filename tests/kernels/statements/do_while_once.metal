// A `do` runs its body once before it tests.
// ember: input n = i32:[0, 1, 5]
// ember: output y = i32(3)
// ember: expect y = [1, 1, 5]
uint i = thread_position_in_grid.x;
int left = n[i], turns = 0;
do {
    --left;
    ++turns;
} while (left > 0);
y[i] = turns;
