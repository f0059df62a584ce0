// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
#include <metal_tensor>
// ember: [body]
uint i = thread_position_in_grid.x;
constexpr auto d = matmul2d_descriptor(16, 16, 16);
//                 ^^^^^^^^^^^^^^^^^^^ error[unsupported]: Metal 4's tensor operations are not supported
tensor<device float, dextents<int, 2>> t(y);
//                   ^^^^^^^^^^^^^^^ error[unsupported]: Metal 4's tensor operations are not supported
y[i] = 1;
