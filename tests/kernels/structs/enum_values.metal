// Enumerators count from the last given value; enum class needs its name.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [0, 5, 6, 2]
// ember: [header]
enum Kind { A, B = 5, C };
enum class Mode : uint { First = 1, Second };
// ember: [body]
y[0] = A;
y[1] = B;
y[2] = Kind::C;
y[3] = int(Mode::Second);
