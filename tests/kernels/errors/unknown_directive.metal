// A directive that does not exist.
// ember: output y = f32(8)
#defin A 1
// @0+6 error[unknown-directive]: `#defin` is not a preprocessor directive
y[0] = 1;
