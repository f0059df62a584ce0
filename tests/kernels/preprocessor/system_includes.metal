// System headers are already there; including them is harmless.
// ember: output y = f32(1)
// ember: expect y = [3]
// ember: [header]
#include <metal_stdlib>
#include <metal_simdgroup>
#include <metal_simdgroup_matrix>
#include <metal_math>
#include <metal_atomic>
using namespace metal;
// ember: [body]
y[0] = metal::sqrt(9.0f);
