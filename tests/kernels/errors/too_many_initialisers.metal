// More initialisers than elements.
// ember: output y = f32(8)
float a[2] = {1, 2, 3};
//    ^^^^^^^^^^^^^^^^ error[init-list]: too many initialisers: 3 do not fit into `float[2]`
y[0] = a[0];
