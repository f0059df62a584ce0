// Soft cap: the identity near zero, never beyond the cap.
//
//   y = cap tanh(x / cap)
//
// shapes   x f32 of n elements; cap f32 scalar, positive; y f32 (n)
// thread   one element
// launch   grid (n, 1, 1)
// error    a quotient, tanh and a product: 8 ulp
// source   the logit soft cap of xLSTM and Gemma
//
// ember: let N = 4096
// ember: bench N = 16777216
// ember: input x = f32(N):normal(0, 40, 0)
// ember: input cap = 15.0
// ember: output y = f32(N)
// ember: grid N,1,1
// ember: threadgroup 256,1,1
// ember: expect y = cap * tanh(x / cap) within 8 ulp
// ember: expect max(abs(y)) <= 15

    uint i = thread_position_in_grid.x;
    y[i] = cap * metal::precise::tanh(x[i] / cap);
