// fast:: and precise:: name the same functions, with and without metal::.
// ember: input x = f32(64):uniform(-4, 4, 1)
// ember: output a = f32(64)
// ember: output b = f32(64)
// ember: output c = f32(64)
// ember: expect a = exp(x) within 1.1 ulp
// ember: expect b = exp(x) within 1.1 ulp
// ember: expect c = exp(x) within 1.1 ulp
uint i = thread_position_in_grid.x;
a[i] = fast::exp(x[i]);
b[i] = metal::precise::exp(x[i]);
c[i] = metal::fast::exp(x[i]);
