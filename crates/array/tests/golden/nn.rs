//! Softmax, normalisation, activations.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Result};

#[test]
fn functions_of_neural_networks_are_mlxs() {
    replay("nn", 250, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    let (first, last) = (&x[0], x.last());
    let weight = || x.get(1).filter(|_| args.flag("weight"));
    let one = match op {
        "softmax" => mx::softmax(first, args.axes("axis")),
        "log_softmax" => mx::log_softmax(first, args.axes("axis")),
        "softmin" => mx::softmin(first, args.axes("axis")),
        "layer_norm" => {
            mx::layer_norm(first, weight(), last.filter(|_| args.flag("bias")), args.float("eps"))
        }
        "rms_norm" => mx::rms_norm(first, weight(), args.float("eps")),
        "relu" => mx::relu(first),
        "relu2" => mx::relu2(first),
        "relu6" => mx::relu6(first),
        "leaky_relu" => mx::leaky_relu(first, args.float("negative_slope")),
        "elu" => mx::elu(first, args.float("alpha")),
        "celu" => mx::celu(first, args.float("alpha")),
        "selu" => mx::selu(first),
        "gelu" => mx::gelu(first),
        "gelu_approx" => mx::gelu_approx(first),
        "gelu_fast_approx" => mx::gelu_fast_approx(first),
        "silu" => mx::silu(first),
        "softplus" => mx::softplus(first),
        "log_sigmoid" => mx::log_sigmoid(first),
        "mish" => mx::mish(first),
        "softsign" => mx::softsign(first),
        "softshrink" => mx::softshrink(first, args.float("lambd")),
        "hard_shrink" => mx::hard_shrink(first, args.float("lambd")),
        "hard_tanh" => mx::hard_tanh(first, args.float("min_val"), args.float("max_val")),
        "hardswish" => mx::hardswish(first),
        "step" => mx::step(first, args.float("threshold")),
        "glu" => mx::glu(first, args.axis("axis")),
        "prelu" => mx::prelu(first, &x[1]),
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
