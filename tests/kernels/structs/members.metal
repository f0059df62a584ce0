// A struct with members of several types, aggregate-initialised.
// ember: output y = f32(3)
// ember: grid 1
// ember: expect y = [1, 2.5, 7]
// ember: [header]
struct Point { int id; float x; half y; };
// ember: [body]
Point p = {1, 2.5f, 7.0h};
y[0] = p.id;
y[1] = p.x;
y[2] = p.y;
