// A lane's number is an integer.
// ember: output y = f32(8)
float v = 1;
y[0] = simd_shuffle(v, float2(1, 2));
//                     ^^^^^^^^^^^^ error[bad-argument]: `simd_shuffle` takes a lane number of type `ushort`, got `float2`
