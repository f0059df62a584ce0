// auto needs a value.
// ember: output y = f32(8)
auto a;
//   ^ error[auto]: `auto` needs an initialiser to take its type from
y[0] = 1;
