// Compound assignment and increment work through a component.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [11, 22, 4, 4]
int4 v = int4(1, 2, 3, 4);
v.xy += int2(10, 20);
v.z++;
for (int k = 0; k < 4; k++) y[k] = v[k];
