// nextafter is the neighbouring float in a direction.
// ember: output y = f32(4)
// ember: grid 1
// ember: expect y = [1.00000011920928955078125, 0.999999940395355224609375, -1.401298464324817e-45, 1]
y[0] = nextafter(1.0f, 2.0f);
y[1] = nextafter(1.0f, 0.0f);
y[2] = nextafter(0.0f, -1.0f);
y[3] = nextafter(1.0f, 1.0f);
