// Nothing declares `tid`; the hint shows how.
// ember: output y = f32(8)
y[tid] = 1;
//^^^ error[undeclared-name]: `tid` is not declared
