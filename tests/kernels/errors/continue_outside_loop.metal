// continue outside of a loop.
// ember: output y = f32(8)
if (y[0] == 0) continue;
//             ^^^^^^^^^ error[jump]: `continue` outside of a loop
y[0] = 1;
