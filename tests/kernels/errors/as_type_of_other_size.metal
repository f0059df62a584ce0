// as_type needs types of one size.
// ember: output y = f32(8)
half h = 1;
y[0] = as_type<float>(h);
//     ^^^^^^^^^^^^^^^^^ error[bad-argument]: `as_type` keeps every bit: `half` has 2 bytes, `float` has 4
