// ember: output out = f32(8)
// ember: grid 8
// ember: expect error[unterminated-comment] at 4:16: unterminated block comment
out[0] = 1.0f; /* never closed
