// True is spelt true.
// ember: output y = f32(8)
bool b = True;
//       ^^^^ error[undeclared-name]: `True` is not declared
y[0] = b ? 1 : None;
//             ^^^^ error[undeclared-name]: `None` is not declared
