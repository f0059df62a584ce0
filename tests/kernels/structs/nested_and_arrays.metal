// Structs in structs, arrays in structs and arrays of structs.
// ember: output y = i32(3)
// ember: expect y = [12, 23, 34]
// ember: [header]
struct Inner { int v[2]; };
struct Outer { Inner in; int k; };
// ember: [body]
Outer rows[3];
for (int r = 0; r < 3; r++) {
    rows[r].in.v[0] = r;
    rows[r].in.v[1] = 10 * (r + 1);
    rows[r].k = 2;
}
uint i = thread_position_in_grid.x;
y[i] = rows[i].in.v[0] + rows[i].in.v[1] + rows[i].k;
