// Strides of a contiguous input are in elements, whatever its dtype.
// ember: input a = f16(2, 3, 5):zeros
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [15, 5, 1]
for (int d = 0; d < 3; d++) y[d] = a_strides[d];
