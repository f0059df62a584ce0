// The initial value is converted to each output's dtype.
// ember: output a = u8(1)
// ember: output b = f16(1)
// ember: output c = i64(1)
// ember: output d = bf16(1)
// ember: init 3
// ember: grid 1
// ember: expect a = [3]
// ember: expect b = [4]
// ember: expect c = [3]
// ember: expect d = [3]
b[0] += 1;
// @0+1 warning[unwritten-output]: nothing writes the output `a`
// @0+1 warning[unwritten-output]: nothing writes the output `c`
// @0+1 warning[unwritten-output]: nothing writes the output `d`
