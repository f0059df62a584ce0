// Normalised packing rounds to nearest, lowest component first.
// ember: output y = u32(3)
// ember: output f = f32(4)
// ember: grid 1
// ember: expect y = [0xFF008000, 0x0000FFFF, 0x7F0081FF]
// ember: expect f = [0, 0.50196078431, 0, 1]
y[0] = pack_float_to_unorm4x8(float4(0, 0.501f, -1, 2));
y[1] = pack_float_to_unorm2x16(float2(1, 0));
y[2] = pack_float_to_snorm4x8(float4(-1.0f / 127, -1, 0, 1));
float4 v = unpack_unorm4x8_to_float(0xFF008000u);
for (int k = 0; k < 4; k++) f[k] = v[k];
