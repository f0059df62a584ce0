// (bool) asks for nonzero: it does not truncate.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [1, 1, 0, 1]
y[0] = (bool)0.3f;
y[1] = bool(256);
y[2] = static_cast<bool>(0);
y[3] = (bool)-1;
