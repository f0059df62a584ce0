//! Functions of neural networks: softmax, normalisation, activations.

mod activation;
mod norm;
mod softmax;

pub use activation::{
    celu, elu, gelu, gelu_approx, gelu_fast_approx, glu, hard_shrink, hard_tanh, hardswish, leaky_relu,
    log_sigmoid, log_softmax, mish, prelu, relu, relu2, relu6, selu, silu, softmin, softplus, softshrink,
    softsign, step,
};
pub use norm::{layer_norm, rms_norm};
pub use softmax::{logsumexp, softmax};
