// Pragmas that only guide the compiler change nothing.
// ember: output y = i32(1)
// ember: expect y = [6]
#pragma clang fp contract(off)
#pragma METAL internals : enable
int t = 0;
#pragma unroll
for (int k = 0; k < 4; k++) t += k;
#pragma clang loop unroll(full)
for (int k = 0; k < 0; k++) t += k;
_Pragma("unroll") for (int k = 0; k < 0; k++) t++;
y[0] = t;
