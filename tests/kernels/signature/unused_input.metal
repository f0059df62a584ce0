// An input that the body never reads is still part of the call.
// ember: input a = f32(100):zeros
// ember: input b = f32:[5]
// ember: output y = f32(1)
// ember: expect y = [5]
y[0] = b[0];
