// Only pointers are dereferenced.
// ember: output y = f32(8)
float a = 1;
y[0] = *a;
//     ^^ error[not-a-pointer]: `*` needs a pointer, not `float`
