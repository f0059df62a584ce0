//! Random numbers: the same keys give MLX's numbers.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{Array, Result, random};

#[test]
fn random_numbers_are_mlxs() {
    replay("random_numbers", 370, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    // The key is the last input.
    let (last, x) = x.split_last().expect("a key");
    let key = Some(last);
    let one = match op {
        "split" => random::split(last, args.int("num") as usize),
        "uniform" => random::uniform(0.0, 1.0, &args.sizes("shape"), args.dtype("dtype"), key),
        "uniform_in" => random::uniform(&x[0], &x[1], &args.sizes("shape"), args.dtype("dtype"), key),
        "randint" => random::randint(&x[0], &x[1], &args.sizes("shape"), args.dtype("dtype"), key),
        "bernoulli" => random::bernoulli(&x[0], &args.sizes("shape"), key),
        "normal" => random::normal(&args.sizes("shape"), args.dtype("dtype"), key),
        "normal_with" => random::normal_with(&x[0], &x[1], &args.sizes("shape"), args.dtype("dtype"), key),
        "laplace" => {
            let number =
                |name| if args.get(name).is_some() { args.float(name) as f32 } else { default(name) };
            random::laplace(&args.sizes("shape"), args.dtype("dtype"), number("loc"), number("scale"), key)
        }
        "gumbel" => random::gumbel(&args.sizes("shape"), args.dtype("dtype"), key),
        "truncated_normal" => {
            random::truncated_normal(&x[0], &x[1], &args.sizes("shape"), args.dtype("dtype"), key)
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}

fn default(name: &str) -> f32 {
    if name == "scale" { 1.0 } else { 0.0 }
}
