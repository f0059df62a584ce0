// [[kernel]] void ... is a signature too.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
[[kernel]] void f(device const float* x [[buffer(0)]], device float* y [[buffer(1)]], uint i [[thread_position_in_grid]]) {
// @0+123 error[full-signature]: the body must not contain the kernel's signature
    y[i] = x[i];
}
