// C cast, function-style cast, static_cast and braces convert alike.
// ember: input x = f32:[2.9]
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [2, 2, 2, 5]
y[0] = (int)x[0];
y[1] = int(x[0]);
y[2] = static_cast<int>(x[0]);
y[3] = int{5};
