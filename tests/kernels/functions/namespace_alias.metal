// A short name for a namespace, of the library or of the header.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [1, 6, 2, 4]
// ember: [header]
namespace outer { namespace inner { float twice(float a) { return a * 2; } struct P { float v; }; } }
namespace oi = outer::inner;
namespace m = metal;
// ember: [body]
namespace fastest = metal::fast;
y[0] = m::precise::exp(0.0f);
y[1] = oi::twice(3);
y[2] = fastest::max(1.0f, 2.0f);
oi::P p = {4};
y[3] = p.v;
