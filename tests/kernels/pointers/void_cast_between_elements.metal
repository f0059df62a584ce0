// Two shorts packed behind one int are written by a pointer cast.
// ember: output y = i32(2)
// ember: init 0
// ember: grid 1
// ember: expect y = [0, 0x00050007]
device short* s = (device short*)(y + 1);
s[0] = 7;
s[1] = 5;
