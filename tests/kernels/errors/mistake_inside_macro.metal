// A mistake in a macro points to its use and says where it comes from.
// ember: output y = f32(8)
#define SCALE(v) (v * factor)
y[0] = SCALE(2.0f);
//     ^^^^^^^^^^^ error[undeclared-name]: `factor` is not declared
