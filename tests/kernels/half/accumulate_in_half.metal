// A running sum kept in half stalls where the step is below half a unit.
// ember: output y = f32(1)
// ember: expect y = [2048]
half total = 0;
for (int k = 0; k < 3000; k++) total += 1.0h;
y[0] = total;
