// normalize divides by the length; one rounding of the reciprocal and one of the product.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [0.6, 0.8] within 1 ulp
float2 v = normalize(float2(3, 4));
y[0] = v.x;
y[1] = v.y;
