// dot takes vectors of floats.
// ember: output y = f32(8)
y[0] = dot(int2(1, 2), int2(3, 4));
//         ^^^^^^^^^^ error[bad-argument]: `dot` takes vectors of floats, got `int2`
