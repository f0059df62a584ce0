// `continue` in a `do` goes to the condition, not to the top of the body.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [2, 4]
int k = 0, odd = 0;
do {
    k++;
    if (k % 2 == 0) continue;
    odd++;
} while (k < 4);
y[0] = odd;
y[1] = k;
