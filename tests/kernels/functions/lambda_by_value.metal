// A lambda capturing by value keeps the value of its creation.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [12, 22]
int a = 10;
auto add = [=](int b) { return a + b; };
y[0] = add(2);
a = 20;
y[1] = add(2) + 10;
