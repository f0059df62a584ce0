// Stray semicolons are statements.
// ember: output y = i32(1)
// ember: expect y = [4]
;;
int k = 0;
for (; k < 4; k++);
y[0] = k;;
