// One `=` where two are meant: legal, and a warning.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [2, 0]
int i = 1;
if (i = 2) y[0] = i;
//  ^^^^^ warning[assignment-as-condition]: an assignment is used as a condition
if (i == 1) y[1] = i;
