// A macro call whose parenthesis stays open.
// ember: output y = f32(8)
#define F(a) a
y[0] = F(1;
//      ^ error[unclosed-delimiter]: unclosed `(` in the use of the macro `F`
