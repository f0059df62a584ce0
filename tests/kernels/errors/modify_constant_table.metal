// A constant table is read-only.
// ember: output y = f32(8)
// ember: [header]
constant float TABLE[2] = {1, 2};
// ember: [body]
TABLE[0] = 3;
// @0+8 error[read-only]: this is `const` and cannot be written
y[0] = TABLE[0];
