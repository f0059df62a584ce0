// A macro's argument appears as often as its parameter: side effects repeat.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 2]
#define TWICE(v) ((v) + (v))
int k = 0;
y[0] = TWICE(++k);
y[1] = k;
