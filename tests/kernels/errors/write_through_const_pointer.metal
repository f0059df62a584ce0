// A pointer to const is not written through.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
auto p = x + 1;
*p = 2;
// @0+2 error[read-only]: inputs are read-only
p[1] += 1;
// @0+4 error[read-only]: inputs are read-only
y[0] = *p;
