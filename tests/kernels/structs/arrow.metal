// p->member through a thread and a device pointer.
// ember: input x = i32:[1, 2, 3, 4, 5, 6, 7, 8]
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [4, 10]
// ember: [header]
struct Pair { int a; int b; };
// ember: [body]
const device Pair* p = (const device Pair*)x;
p++;
y[0] = p->b;
Pair mine = {10, 20};
thread Pair* q = &mine;
y[1] = q->a;
