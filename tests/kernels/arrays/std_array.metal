// metal::array<T, N> is an aggregate with [] and size().
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [6, 3]
array<int, 3> a = {1, 2, 3};
y[0] = a[0] + a[1] + a[2];
y[1] = a.size();
