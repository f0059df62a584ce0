// An atomic is read by atomic_load_explicit.
// ember: output y = u32(8)
// ember: atomic outputs
uint v = y[0];
//       ^^^^ error[atomic-access]: an atomic object cannot be read like a variable
y[1] = v + 1;
// @0+4 error[atomic-access]: an atomic object cannot be assigned like a variable
