// An integer literal beyond 64 bits.
// ember: output y = f32(8)
y[0] = 99999999999999999999999;
//     ^^^^^^^^^^^^^^^^^^^^^^^ error[bad-literal]: `99999999999999999999999` does not fit in 64 bits
