// More than 32 KiB of threadgroup memory.
// ember: output y = f32(8)
threadgroup float a[10000];
//                ^^^^^^^^ error[threadgroup-size]: `a` needs 40000 bytes of threadgroup memory; there are 32768
a[0] = 1;
y[0] = a[0];
