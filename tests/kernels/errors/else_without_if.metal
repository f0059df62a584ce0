// An else that belongs to no if.
// ember: output y = f32(8)
y[0] = 1;
else y[0] = 2;
// @0+4 error[expected-token]: `else` without `if`
