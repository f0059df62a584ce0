//! Fourier transforms.

use crate::base::{Args, replay, unmapped};
use emberforge_array::fft::{self, Norm};
use emberforge_array::{Array, Result, vjp};

#[test]
fn transforms_are_mlxs() {
    replay("fft", 350, call);
}

fn call(op: &str, inputs: &[Array], args: &Args) -> Result<Vec<Array>> {
    let norm = args.get("norm").map_or(Ok(Norm::Backward), |_| args.text("norm").parse())?;
    let n = args.get("n").map(|_| args.int("n") as usize);
    let axis = args.get("axis").map_or(-1, |_| args.axis("axis"));
    let s = args.get("s").map(|_| args.sizes("s"));
    let d = args.get("d").map_or(1.0, |_| args.float("d"));
    let one = |name: &str, x: &Array| match name {
        "fft" => fft::fft(x, n, axis, norm),
        "ifft" => fft::ifft(x, n, axis, norm),
        "rfft" => fft::rfft(x, n, axis, norm),
        "irfft" => fft::irfft(x, n, axis, norm),
        _ => unmapped(name),
    };
    let (s, axes) = (s.as_deref(), args.axes("axes"));
    let y = match op {
        "fftn" => fft::fftn(&inputs[0], s, axes, norm),
        "ifftn" => fft::ifftn(&inputs[0], s, axes, norm),
        "rfftn" => fft::rfftn(&inputs[0], s, axes, norm),
        "irfftn" => fft::irfftn(&inputs[0], s, axes, norm),
        "fft2" => fft::fft2(&inputs[0], s, norm),
        "ifft2" => fft::ifft2(&inputs[0], s, norm),
        "rfft2" => fft::rfft2(&inputs[0], s, norm),
        "irfft2" => fft::irfft2(&inputs[0], s, norm),
        "fftfreq" => fft::fftfreq(n.unwrap_or(0), d),
        "rfftfreq" => fft::rfftfreq(n.unwrap_or(0), d),
        _ => match op.strip_prefix("vjp_") {
            Some(name) => {
                return Ok(vjp(|x| Ok(vec![one(name, &x[0])?]), &inputs[..1], &inputs[1..])?.1);
            }
            None => one(op, &inputs[0]),
        },
    };
    Ok(vec![y?])
}
