// A typographic minus is no operator.
// ember: output y = f32(8)
y[0] = 3.0f − 2.0f;
//          ^ error[unexpected-character]: the character `−` has no meaning here
