// A float in range of uchar or char converts exactly.
// ember: input x = f32:[255.9, 0, 127.5, -0.9]
// ember: output u = u8(4)
// ember: expect u = [255, 0, 127, 0]
uint i = thread_position_in_grid.x;
u[i] = uchar(x[i]);
