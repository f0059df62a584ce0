// Integer arguments may be negative; bool ones choose.
// ember: output y = i32(2)
// ember: grid 1
// ember: template N = -7
// ember: template ON = false
// ember: expect y = [-7, 3]
y[0] = N;
y[1] = ON ? 2 : 3;
