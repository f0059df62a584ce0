// There is no dynamic memory to give back.
// ember: output y = f32(8)
thread float* p;
delete p;
// @0+6 error[unsupported-construct]: `delete`: Metal has no dynamic memory
y[0] = 1;
