// threadgroup memory has no initialiser.
// ember: output y = f32(8)
threadgroup float a[4] = {1, 2, 3, 4};
//                ^^^^^^^^^^^^^^^^^^^ error[threadgroup-initialiser]: threadgroup memory cannot be initialised
y[0] = a[0];
