// next(n, ...) steps n elements at once.
// ember: input shape = i32:[2, 3, 2]
// ember: input strides = i64:[6, 2, 1]
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [5, 7, 11]
LoopedElemToLoc<3, int, false> walk(3);
walk.next(5, shape, strides);
y[0] = walk.location();
walk.next(2, shape, strides);
y[1] = walk.location();
walk.next(4, shape, strides);
y[2] = walk.location();
