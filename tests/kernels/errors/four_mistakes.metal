// Each statement is reported on its own.
// ember: input x = f32(8):ones
// ember: output y = f32(8)
uint g = thread_position_in_grid;
//       ^^^^^^^^^^^^^^^^^^^^^^^ error[type-mismatch]: cannot convert `uint3` to `uint` implicitly
uint i = thread_position_in_grid.x;
float a = x[i] * b;
//               ^ error[undeclared-name]: `b` is not declared
x[i] = 2;
// @0+4 error[read-only]: inputs are read-only
y[i] = clamp(x[i], 1.0f);
//     ^^^^^^^^^^^^^^^^^ error[argument-count]: `clamp` takes 3 arguments, got 2
