// A thread pointer does not take a device address.
// ember: output y = f32(8)
thread float* p = y + 1;
//                ^^^^^ error[type-mismatch]: cannot convert `device float*` to `thread float*` implicitly
y[0] = *p;
