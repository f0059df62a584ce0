// ushort bits as half and as bfloat.
// ember: output y = f32(2)
// ember: grid 1
// ember: expect y = [1, 0.0078125]
y[0] = as_type<half>(ushort(0x3C00));
y[1] = as_type<bfloat>(ushort(0x3C00));
