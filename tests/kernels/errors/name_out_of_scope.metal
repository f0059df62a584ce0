// A name ends with its block.
// ember: output y = f32(8)
for (int k = 0; k < 3; k++) { float inner = k; }
y[0] = inner + k;
//     ^^^^^ error[undeclared-name]: `inner` is not declared
//             ^ error[undeclared-name]: `k` is not declared
