// A kernel in the header is not the body.
// ember: output y = f32(8)
// ember: [header]
kernel void f(device float* y [[buffer(0)]], uint i [[thread_position_in_grid]]) { y[i] = 1; }
// @0+80 error[kernel-in-header]: a header cannot declare a kernel of its own
// ember: [body]
y[thread_position_in_grid.x] = 1;
