// A switch over an enum, from a header.
// ember: output y = i32(3)
// ember: expect y = [30, 10, 20]
// ember: [header]
enum Kind { Plain, Causal, Centred };
// ember: [body]
int n = thread_position_in_grid.x;
Kind k = n == 0 ? Centred : (n == 1 ? Plain : Causal);
switch (k) {
case Plain: y[n] = 10; break;
case Causal: y[n] = 20; break;
case Centred: y[n] = 30; break;
}
