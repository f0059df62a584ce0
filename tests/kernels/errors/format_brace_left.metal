// A Python placeholder that was never filled in.
// ember: output y = f32(8)
y[0] = {scale} * 2.0f;
//     ^^^^^^^ error[placeholder]: `{scale}` is not a value
