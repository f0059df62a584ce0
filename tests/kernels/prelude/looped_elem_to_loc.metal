// LoopedElemToLoc walks row-major: its locations are those of elem_to_loc.
// ember: input shape = i32:[2, 3, 2]
// ember: input strides = i64:[1, 2, 6]
// ember: output y = i64(12)
// ember: output z = i64(12)
// ember: grid 1
// ember: expect y = z
LoopedElemToLoc<3> walk(3);
for (int k = 0; k < 12; k++) {
    y[k] = walk.location();
    z[k] = elem_to_loc(k, shape, strides, 3);
    walk.next(shape, strides);
}
