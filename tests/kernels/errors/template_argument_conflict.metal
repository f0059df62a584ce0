// T deduced as two types.
// ember: output y = f32(8)
// ember: [header]
template <typename T>
T add(T a, T b) { return a + b; }
// ember: [body]
y[0] = add(1, 2.0f);
//            ^^^^ error[deduction]: a `float` does not fit the template parameter types of `add`
