// Two 4-bit values out of a byte, one of them sign-extended by shifts.
// ember: input x = u8:[0x5F, 0xA3]
// ember: output lo = i32(2)
// ember: output hi = i32(2)
// ember: expect lo = [15, 3]
// ember: expect hi = [5, -6]
uint i = thread_position_in_grid.x;
lo[i] = x[i] & 0xF;
hi[i] = int(uint(x[i]) << 24) >> 28;
