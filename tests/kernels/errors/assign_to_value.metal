// Only variables and elements can be assigned.
// ember: output y = f32(8)
int a = 1;
a + 1 = 2;
// @0+5 error[not-assignable]: this is a value, not something that can be assigned to
5 = a;
// @0+1 error[not-assignable]: this is a value, not something that can be assigned to
y[0] = a;
