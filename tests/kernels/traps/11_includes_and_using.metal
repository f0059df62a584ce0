// Headers to ignore and `using namespace metal` in the header.
// ember: input x = f32:[0, 1]
// ember: output y = f32(2)
// ember: expect y = exp(x) within 1.1 ulp
// ember: [header]
#include <metal_stdlib>
#include <metal_simdgroup>
#include <metal_simdgroup_matrix>
#include <metal_math>
using namespace metal;
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = exp(x[i]);
