// Limits<T> for half and bfloat.
// ember: output y = f32(2)
// ember: template T = f16
// ember: template B = bf16
// ember: grid 1
// ember: expect y = [65504, -3.3895313892515355e38]
y[0] = Limits<T>::finite_max;
y[1] = Limits<B>::finite_min;
