// erf is MLX's own and not in Metal's library.
// ember: output y = f32(8)
y[0] = erf(1.0f);
//     ^^^^^^^^^ error[unsupported]: `erf`: Metal's library has no such function (MLX keeps its own out of the reach of kernel bodies)
