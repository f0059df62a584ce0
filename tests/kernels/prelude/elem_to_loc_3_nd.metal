// Three arrays walked with one index.
// ember: input shape = i32:[2, 3, 4]
// ember: input a = i64:[12, 4, 1]
// ember: input b = i64:[0, 0, 1]
// ember: input c = i64:[1, 2, 6]
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [23, 3, 23]
auto v = elem_to_loc_3_nd(uint3(3, 2, 1), shape, a, b, c, 3);
y[0] = v.x;
y[1] = v.y;
y[2] = v.z;
