// size_t and ptrdiff_t are 64 bits wide.
// ember: output y = i64(2)
// ember: grid 1
// ember: expect y = [4294967296, -1]
size_t n = 0xFFFFFFFFu;
n += 1;
y[0] = n;
ptrdiff_t d = 0;
d -= 1;
y[1] = d;
