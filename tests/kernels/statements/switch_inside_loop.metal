// `break` in a switch leaves the switch; `continue` in it goes on with the loop.
// ember: output y = i32(1)
// ember: expect y = [33]
int total = 0;
for (int k = 0; k < 4; k++) {
    switch (k) {
    case 0: total += 1; break;
    case 1: continue;
    default: total += 1;
    }
    total += 10;
}
y[0] = total;
