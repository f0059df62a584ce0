// A lambda capturing by reference sees and makes changes.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [3, 30]
int calls = 0;
int scale = 1;
auto f = [&](int b) { calls++; return b * scale; };
f(1);
f(2);
scale = 3;
y[1] = f(10);
y[0] = calls;
