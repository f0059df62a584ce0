// A comment that the header opens must not swallow the body.
// ember: output y = f32(8)
// ember: expect error[unterminated-comment] at 5:1: unterminated block comment
// ember: [header]
/* helpers
// ember: [body]
y[0] = 1;
