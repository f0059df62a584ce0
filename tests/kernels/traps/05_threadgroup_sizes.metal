// threadgroup arrays sized by constexpr, macro and template argument, one after a return.
// ember: template N = 4
// ember: output y = i32(8)
// ember: init 0
// ember: threadgroup 8
// ember: expect y = [6, 6, 6, 6, 0, 0, 0, 0]
#define ROWS 2
constexpr int C = N / 2;
threadgroup int a[ROWS][C];
uint l = thread_position_in_threadgroup.x;
if (l >= N) return;
threadgroup int b[N];
a[l / C][l % C] = l;
threadgroup_barrier(mem_flags::mem_threadgroup);
b[l] = a[0][0] + a[0][1] + a[1][0] + a[1][1];
threadgroup_barrier(mem_flags::mem_threadgroup);
y[l] = b[(l + 1) % N];
