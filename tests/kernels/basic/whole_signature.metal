// ember: input x = f32(8)
// ember: output out = f32(8)
// ember: grid 8
kernel void twice(device const float* x [[buffer(0)]], device float* out [[buffer(1)]],
// @0+87 error[full-signature]: the body must not contain the kernel's signature
                  uint i [[thread_position_in_grid]]) {
    out[i] = x[i] * 2.0f;
}
