// ember: output out = f32(8)
// ember: grid 8
out[0] = 1.0f; /* never closed
