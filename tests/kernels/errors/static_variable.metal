// A static variable would outlive its thread.
// ember: output y = f32(8)
static int calls = 0;
//         ^^^^^ error[static-variable]: a `static` variable must be in the `constant` address space
y[0] = calls++;
