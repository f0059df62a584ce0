// A vector of bool converts to 0 and 1.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, 0]
float2 v = float2(bool2(true, false));
y[0] = v.x;
y[1] = v.y;
