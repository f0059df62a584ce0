//! Random numbers: the same keys give MLX's numbers.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{Array, Result, random};

#[test]
fn random_numbers_are_mlxs() {
    replay("random_numbers", 470, call);
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
        "permutation" => random::permutation(args.int("n") as usize, key),
        "permuted" => random::permuted(&x[0], args.axis("axis"), key),
        "categorical" => {
            let draws = match (args.get("num_samples"), args.get("shape")) {
                (Some(_), _) => random::Draws::Several(args.int("num_samples") as usize),
                (None, Some(_)) => random::Draws::Shape(args.sizes("shape")),
                (None, None) => random::Draws::One,
            };
            random::categorical(&x[0], args.axis("axis"), draws, key)
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}

fn default(name: &str) -> f32 {
    if name == "scale" { 1.0 } else { 0.0 }
}
