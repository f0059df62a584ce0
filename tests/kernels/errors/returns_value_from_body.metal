// The kernel returns nothing.
// ember: output y = f32(8)
y[0] = 1;
return 1;
//     ^ error[return-value]: a kernel returns nothing
