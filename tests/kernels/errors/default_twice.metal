// Two default labels.
// ember: output y = f32(8)
switch (1) {
default: y[0] = 1; break;
default: y[0] = 2; break;
// @0+8 error[case]: this label stands twice
}
