// A buffer of bytes read as structs with padding.
// ember: input x = u8:[1, 99, 2, 0, 7, 0, 0, 0, 3, 99, 4, 0, 9, 0, 0, 0]
// ember: output y = i32(6)
// ember: grid 2
// ember: expect y = [1, 2, 7, 3, 4, 9]
// ember: [header]
struct Block { uchar scale; short zero; int count; };
// ember: [body]
uint i = thread_position_in_grid.x;
const device Block& b = ((const device Block*)x)[i];
y[i * 3] = b.scale;
y[i * 3 + 1] = b.zero;
y[i * 3 + 2] = b.count;
