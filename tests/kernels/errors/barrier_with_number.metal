// A number is not a flag.
// ember: output y = f32(8)
threadgroup_barrier(2);
//                  ^ error[type-mismatch]: cannot convert `int` to `mem_flags` implicitly
y[0] = 1;
