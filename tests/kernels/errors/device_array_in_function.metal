// A variable cannot live in device memory.
// ember: output y = f32(8)
device float a[4];
//           ^^^^ error[address-space]: a local variable cannot lie in `device` memory
y[0] = a[0];
