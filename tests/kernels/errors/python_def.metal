// A Python function.
// ember: output y = f32(8)
def f(a):
// @0+3 error[foreign-word]: `def` is a word of Python, not of Metal
    return a * 2
y[0] = 1;
