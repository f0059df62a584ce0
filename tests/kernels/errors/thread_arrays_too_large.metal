// All the arrays of a thread together.
// ember: output y = f32(1)
float a[100000];
float b[200000];
//    ^ error[private-size]: the arrays of one thread need 1200000 bytes together; there are 1048576
a[0] = 1; b[0] = 2;
y[0] = a[0] + b[0];
