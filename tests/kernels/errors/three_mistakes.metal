// ember: input x = f32(8)
// ember: output y = f32(8)
// ember: grid 8
uint i = thread_position_in_grid.x;
float a = foo;
//        ^^^ error[undeclared-name]: `foo` is not declared
float b = x[i] +;
//              ^ error[expected-token]: expected an expression, found `;`
y[i] = bar(a, b);
//     ^^^ error[undeclared-function]: there is no function `bar`
