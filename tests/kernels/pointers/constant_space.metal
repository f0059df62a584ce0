// A small input lives in the constant space and can be pointed into.
// ember: input w = f32:[1, 2, 3]
// ember: output y = f32(1)
// ember: expect y = [5]
const constant float* p = w + 1;
y[0] = p[0] + p[1];
