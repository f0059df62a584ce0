// A reference needs something to name.
// ember: output y = f32(8)
thread int& r;
//          ^ error[reference]: the reference `r` must be initialised
y[0] = 1;
