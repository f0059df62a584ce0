// A loop without end runs out of fuel, and the message names its line.
// ember: output y = f32(1)
// ember: grid 1
// ember: fuel 10000
// ember: expect failure: endless_loop.metal:7:1
volatile int k = 0;
for (;;) {
    k += 1;
}
y[0] = k;
