// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
#include "mlx/backend/metal/kernels/utils.h"
// @0+44 error[unresolved-include]: `mlx/backend/metal/kernels/utils.h` cannot be included
uint i = thread_position_in_grid.x;
y[i] = 0.0f;
