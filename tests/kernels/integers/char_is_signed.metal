// Plain char is signed in Metal; uchar is not.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [-1, 255]
char c = 0xFF;
uchar u = 0xFF;
y[0] = c;
y[1] = u;
