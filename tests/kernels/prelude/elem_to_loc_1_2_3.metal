// The fixed-rank forms.
// ember: input s1 = i64:7
// ember: input s = i64:[100, 10, 1]
// ember: output y = i64(3)
// ember: grid 1
// ember: expect y = [21, 120, 321]
y[0] = elem_to_loc_1(3, s1);
y[1] = elem_to_loc_2(uint2(2, 1), s);
y[2] = elem_to_loc_3(uint3(1, 2, 3), s);
