// sizeof of scalars, vectors, packed vectors, arrays and expressions.
// ember: output y = u32(11)
// ember: grid 1
// ember: expect y = [1, 2, 4, 8, 2, 2, 16, 12, 6, 8, 20]
float table[5];
y[0] = sizeof(bool);
y[1] = sizeof(short);
y[2] = sizeof(uint);
y[3] = sizeof(size_t);
y[4] = sizeof(half);
y[5] = sizeof(bfloat);
y[6] = sizeof(float3);
y[7] = sizeof(packed_float3);
y[8] = sizeof(packed_half3);
y[9] = sizeof(half3);
y[10] = sizeof table;
