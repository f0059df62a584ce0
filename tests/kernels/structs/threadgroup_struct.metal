// An array of structs in threadgroup memory.
// ember: output y = i32(4)
// ember: threadgroup 4
// ember: expect y = [12, 21, 30, 3]
// ember: [header]
struct Item { int key; int value; };
// ember: [body]
threadgroup Item items[4];
int i = thread_position_in_threadgroup.x;
items[i].key = i * 10;
items[i].value = 3 - i;
threadgroup_barrier(mem_flags::mem_threadgroup);
Item other = items[(i + 1) % 4];
y[i] = other.key + other.value;
