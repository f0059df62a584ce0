// Names of other shading languages.
// ember: output y = f32(8)
uint i = thread_position_in_grid.x;
y[i] = lerp(0.0f, 1.0f, 0.5f) + frac(1.5f) + inversesqrt(4.0f);
//     ^^^^^^^^^^^^^^^^^^^^^^ error[unsupported]: `lerp`: this is not a Metal function
//                              ^^^^^^^^^^ error[unsupported]: `frac`: this is not a Metal function
//                                           ^^^^^^^^^^^^^^^^^ error[unsupported]: `inversesqrt`: this is not a Metal function
