// A header's variable must be constant.
// ember: output y = f32(8)
// ember: [header]
float scale = 2;
//    ^^^^^^^^^ error[global-variable]: `scale` must be in the `constant` address space
// ember: [body]
y[0] = scale;
