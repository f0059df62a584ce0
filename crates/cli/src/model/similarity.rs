//! `ember similarity`: the cosine of two texts' vectors.

use super::args::{SimilarityArgs, name};
use super::open::open;
use crate::{Exit, terminal};
use emberforge_base::{Error, Result};
use emberforge_m2::Embedder;
use serde_json::json;

pub(crate) fn similarity(args: &SimilarityArgs) -> Result<Exit> {
    let model = open(&args.model)?;
    let (policy, pooling) = (args.length_policy, args.pooling.pooling());
    let cosine = args.model.within(|| {
        let embedder = Embedder::new(&model, &args.model.load_options(), policy, pooling, false)?;
        for (which, text) in [("first", &args.a), ("second", &args.b)] {
            let cut = embedder.sequence(text)?.cut;
            if cut > 0 {
                terminal::err(&format!("warning: the last {cut} tokens of the {which} text are cut off\n"));
            }
        }
        let vectors = embedder.embed(&[&args.a, &args.b])?.to_vec::<f32>()?;
        let (a, b) = vectors.split_at(vectors.len() / 2);
        cosine(a, b)
    })?;
    let pooling = name(args.pooling);
    if args.json {
        let value = json!({ "cosine": cosine, "length_policy": policy.to_string(), "pooling": pooling });
        terminal::out(&format!("{value:#}\n"));
    } else {
        terminal::out(&format!("{cosine:.6}\n"));
        terminal::err(&format!("cosine; length policy {policy}, pooling {pooling}\n"));
    }
    Ok(Exit::Ok)
}

/// The cosine of two vectors, in `f64`.
fn cosine(a: &[f32], b: &[f32]) -> Result<f64> {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let cosine = dot(a, b) / (dot(a, a).sqrt() * dot(b, b).sqrt());
    if !cosine.is_finite() {
        return Err(Error::invalid("a vector is zero or not finite, so there is no angle; try --dtype f32"));
    }
    Ok(cosine)
}
