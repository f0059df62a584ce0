// A struct converts by `operator T`.
// ember: output y = f32(1)
// ember: expect y = [2.5]
// ember: [header]
struct Fixed {
    int raw;
    operator float() const { return raw / 16.0f; }
};
// ember: [body]
Fixed f = {40};
float v = f;
y[0] = v;
