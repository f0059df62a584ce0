// A namespace that does not exist.
// ember: output y = f32(8)
y[0] = std::max(1.0f, 2.0f);
//     ^^^^^^^^ error[undeclared-function]: there is no function `std::max`
