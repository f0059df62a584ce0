// T(x), (T)x and static_cast<T>(x) with T a template argument.
// ember: input x = f32:[1.0009766]
// ember: output y = f32(3)
// ember: template T = f16
// ember: grid 1
// ember: expect y = [1.0009765625, 1.0009765625, 1.0009765625]
y[0] = T(x[0]);
y[1] = (T)x[0];
y[2] = static_cast<T>(x[0]);
