// Integer operators work per component.
// ember: output y = u32(4)
// ember: grid 1
// ember: expect y = [15, 14, 13, 12]
uint word = 0xCDEF;
uint4 v = (uint4(word) >> uint4(0, 4, 8, 12)) & 0xF;
for (int k = 0; k < 4; k++) y[k] = v[k];
