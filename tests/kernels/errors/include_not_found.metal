// A file of the user's own is not found at run time, on Metal either.
// ember: output y = f32(8)
// ember: [header]
#include "helpers.h"
// @0+20 error[unresolved-include]: `helpers.h` cannot be included
// ember: [body]
y[0] = helper(1.0f);
//     ^^^^^^ error[undeclared-function]: there is no function `helper`
