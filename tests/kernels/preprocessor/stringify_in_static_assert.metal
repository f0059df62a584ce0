// # makes a string, which a static_assert may show.
// ember: output y = i32(1)
// ember: expect y = [1]
#define CHECK(c) static_assert(c, #c)
CHECK(1 + 1 == 2);
y[0] = 1;
