// switch needs an integer.
// ember: output y = f32(8)
float a = 1;
switch (a) { case 1: y[0] = 1; }
//      ^ error[switch]: `switch` needs an integer, not `float`
