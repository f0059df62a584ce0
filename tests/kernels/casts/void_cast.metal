// (void)x silences a name and does nothing.
// ember: output y = i32(1)
// ember: expect y = [1]
int unused = 4;
(void)unused;
y[0] = 1;
