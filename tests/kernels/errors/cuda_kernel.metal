// A CUDA kernel pasted as it is.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
__global__ void add(const float* x, float* y) {
// @0+47 error[full-signature]: the body must not contain the kernel's signature
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    //      ^^^^^^^^ error[undeclared-name]: `blockIdx` is not declared
    //                   ^^^^^^^^ error[undeclared-name]: `blockDim` is not declared
    //                                ^^^^^^^^^ error[undeclared-name]: `threadIdx` is not declared
    y[i] = x[i];
}
