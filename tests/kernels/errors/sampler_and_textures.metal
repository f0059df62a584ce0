// Textures are no inputs.
// ember: output y = f32(8)
constexpr sampler s(address::clamp_to_edge);
//        ^^^^^^^ error[unsupported]: textures and samplers (`sampler`) cannot be bound by `metal_kernel`
texture2d<float> t;
// @0+16 error[unsupported]: textures and samplers (`texture2d`) cannot be bound by `metal_kernel`
y[0] = t.sample(s, float2(0, 0)).x;
