// A block's declaration hides the outer one and ends with the block.
// ember: output y = i32(3)
// ember: grid 1
// ember: expect y = [1, 2, 1]
int v = 1;
y[0] = v;
{
    int v = 2;
    y[1] = v;
}
y[2] = v;
