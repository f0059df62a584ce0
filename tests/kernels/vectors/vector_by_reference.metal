// A vector passed by reference is changed by the callee.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [2, 7]
// ember: [header]
void twice(thread float2& v) { v.x *= 2; v.y += 5; }
// ember: [body]
float2 v = float2(1, 2);
twice(v);
y[0] = v.x;
y[1] = v.y;
