// The uint3 form takes x and y as the last two indices and z as the rest.
// ember: input shape = i32:[2, 2, 3, 4]
// ember: input strides = i64:[1000, 100, 10, 1]
// ember: output y = i64(2)
// ember: grid 1
// ember: expect y = [1123, 21]
y[0] = elem_to_loc(uint3(3, 2, 3), shape, strides, 4);
y[1] = elem_to_loc<int>(uint3(1, 2, 0), shape, strides, 4);
