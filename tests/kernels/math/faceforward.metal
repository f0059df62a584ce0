// faceforward flips n when dot(reference, i) is not negative.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, -1]
y[0] = faceforward(float2(1, 2), float2(0, -1), float2(0, 1)).x;
y[1] = faceforward(float2(1, 2), float2(0, 1), float2(0, 1)).x;
