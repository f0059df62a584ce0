// GLSL's and HLSL's built-in variables.
// ember: output y = f32(8)
uint i = gl_GlobalInvocationID.x;
//       ^^^^^^^^^^^^^^^^^^^^^ error[undeclared-name]: `gl_GlobalInvocationID` is not declared
y[i] = gl_LocalInvocationIndex;
//     ^^^^^^^^^^^^^^^^^^^^^^^ error[undeclared-name]: `gl_LocalInvocationIndex` is not declared
