// A literal of type double.
// ember: output y = f32(8)
y[0] = 1.0L;
//     ^^^^ error[bad-literal]: Metal has no `long double`
double2 v = double2(1, 2);
// @0+7 error[no-double]: Metal has no `double`
