// OpenCL's functions for positions.
// ember: output y = f32(8)
uint i = get_global_id(0);
//       ^^^^^^^^^^^^^ error[undeclared-function]: there is no function `get_global_id`
y[i] = get_local_id(0);
//     ^^^^^^^^^^^^ error[undeclared-function]: there is no function `get_local_id`
