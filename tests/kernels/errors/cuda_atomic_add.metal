// CUDA's atomics.
// ember: output y = u32(8)
// ember: atomic outputs
atomicAdd(&y[0], 1);
// @0+19 error[unsupported]: `atomicAdd`: Metal has only the explicit form
atomicCAS(&y[1], 0, 1);
// @0+22 error[unsupported]: `atomicCAS`: Metal has no such function
