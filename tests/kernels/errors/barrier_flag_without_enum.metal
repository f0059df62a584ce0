// The flags of a barrier are mem_flags.
// ember: output y = f32(8)
threadgroup_barrier(mem_threadgroup);
//                  ^^^^^^^^^^^^^^^ error[undeclared-name]: `mem_threadgroup` is not declared
y[0] = 1;
