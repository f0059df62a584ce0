// Two thread pointers swapped each turn.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [2, 1]
int one[1] = {1}, two[1] = {2};
thread int* p = one;
thread int* q = two;
for (int k = 0; k < 3; k++) {
    thread int* t = p;
    p = q;
    q = t;
}
y[0] = *p;
y[1] = *q;
