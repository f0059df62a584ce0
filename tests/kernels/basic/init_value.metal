// The initial value stays where no thread writes, converted to each dtype.
// ember: output a = f32(4)
// ember: output b = i32(4)
// ember: output c = bool(4)
// ember: init 2.5
// ember: grid 2
// ember: expect a = [1, 1, 2.5, 2.5]
// ember: expect b = [1, 1, 2, 2]
// ember: expect c = [false, false, true, true]
uint i = thread_position_in_grid.x;
a[i] = 1;
b[i] = 1;
c[i] = false;
