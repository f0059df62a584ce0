// Each fits, together they do not.
// ember: output y = f32(1)
// ember: grid 1
threadgroup float a[5000];
threadgroup float b[5000];
//                ^^^^^^^ warning[threadgroup-size]: the kernel needs 40000 bytes of threadgroup memory together; Apple's GPUs have 32768
a[0] = 1; b[0] = 2;
y[0] = a[0] + b[0];
