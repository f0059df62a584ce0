// There is no assembler.
// ember: output y = f32(8)
asm("nop");
// @0+3 error[unsupported-construct]: inline assembly is not supported
y[0] = 1;
