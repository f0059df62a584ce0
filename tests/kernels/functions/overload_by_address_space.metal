// Overloads that differ only in the address space of a pointer or reference.
// ember: input x = f32(8):ones
// ember: input small = f32:[1, 2]
// ember: output y = f32(8)
// ember: grid 1
// ember: expect y = [11, 22, 33, 44, 34, 100, 201, 300]
// ember: [header]
float get(const device float* p) { return p[0] + 10; }
float get(const threadgroup float* p) { return p[0] + 20; }
float get(const thread float* p) { return p[0] + 30; }
float get(const constant float* p) { return p[0] + 43; }
float at(device float& p) { return p + 100; }
float at(threadgroup float& p) { return p + 199; }
float at(thread float& p) { return p + 297; }
// ember: [body]
threadgroup float shared_values[4];
float local = 3;
float list[2] = {4, 5};
shared_values[0] = 2;
y[0] = get(x);
y[1] = get(shared_values);
y[2] = get(&local);
y[3] = get(small);
y[4] = get(list);
y[5] = 0;
y[5] = at(y[5]);
y[6] = at(shared_values[0]);
y[7] = at(local);
