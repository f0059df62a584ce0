// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
int i = threadIdx.x;
//      ^^^^^^^^^ error[undeclared-name]: `threadIdx` is not declared
y[i] = x[i];
