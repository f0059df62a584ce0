// Elements that no thread writes keep the initial value.
// ember: output y = f32(6)
// ember: init 0.5
// ember: grid 3
// ember: expect y = [1, 1, 1, 0.5, 0.5, 0.5]
y[thread_position_in_grid.x] = 1;
