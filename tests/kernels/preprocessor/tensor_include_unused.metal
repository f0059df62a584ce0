// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [1, 1]
// ember: [header]
#include <metal_stdlib>
#include <metal_tensor>
#include <MetalPerformancePrimitives/MetalPerformancePrimitives.h>
using namespace metal;
using namespace mpp::tensor_ops;
// ember: [body]
// A header that other kernels of the file need may name Metal 4's headers; only their use is refused.
uint i = thread_position_in_grid.x;
y[i] = 1;
