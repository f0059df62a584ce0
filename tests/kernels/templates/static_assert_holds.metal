// static_assert over template arguments, sizes and traits.
// ember: output y = i32(1)
// ember: template T = f16
// ember: template N = 4
// ember: expect y = [1]
static_assert(N > 0 && N % 2 == 0, "N must be even");
static_assert(sizeof(T) == 2, "T has two bytes");
static_assert(is_same_v<T, half>);
y[0] = 1;
