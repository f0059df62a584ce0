// Storing a packed_float3 touches three elements, a float3 store in a packed array likewise.
// ember: output y = f32(6)
// ember: init 9
// ember: grid 1
// ember: expect y = [9, 1, 2, 3, 9, 9]
device packed_float3* p = (device packed_float3*)(y + 1);
*p = float3(1, 2, 3);
