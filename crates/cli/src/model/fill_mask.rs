//! `ember fill-mask`: the likeliest tokens for each `[MASK]`.

use super::args::FillMaskArgs;
use super::open::open;
use crate::{Exit, terminal};
use emberforge_array::{Array, DType, softmax, squeeze, take};
use emberforge_base::{Error, Result};
use emberforge_m2::{longest, stacked};
use serde_json::json;
use std::fmt::Write as _;

pub(crate) fn fill_mask(args: &FillMaskArgs) -> Result<Exit> {
    let model = open(&args.model)?;
    let tokenizer = model.tokenizer();
    let sequence = args.length_policy.fit(tokenizer.encode(&args.text)?, longest(model.config()), tokenizer);
    let masks = |ids: &[u32]| {
        let at = |(i, id): (usize, &u32)| (Some(*id) == tokenizer.mask()).then_some(i as i64);
        ids.iter().enumerate().filter_map(at).collect::<Vec<i64>>()
    };
    let places = masks(&sequence.ids);
    if places.is_empty() {
        let cut = if sequence.cut > 0 { " among the tokens that the model takes" } else { "" };
        return Err(Error::invalid(format!(
            "the text has no `[MASK]`{cut}; write it where a token is to be guessed"
        )));
    }
    if sequence.cut > 0 {
        terminal::err(&format!("warning: the last {} tokens of the text are cut off\n", sequence.cut));
    }
    let probabilities = args.model.within(|| {
        let lm = model.masked_lm(&args.model.load_options())?;
        let (ids, _) = stacked(&[&sequence])?;
        let places = Array::from_slice(&places, &[places.len()])?;
        // Of the one sequence, the states of the masks.
        let chosen = lm.encoder().forward_of(&ids, None, |states| take(&squeeze(states, 0)?, &places, 0))?;
        softmax(&lm.logits(&chosen)?.astype(DType::F32)?, -1)?.to_vec::<f32>()
    })?;
    let rows = probabilities.chunks_exact(probabilities.len() / places.len());
    let guesses: Vec<Vec<(String, u32, f32)>> = rows
        .map(|row| {
            // Rows of the table that no token has are no guesses.
            let mut all: Vec<(String, u32, f32)> =
                (0u32..).zip(row).filter_map(|(id, p)| Some((tokenizer.token(id)?, id, *p))).collect();
            all.sort_by(|a, b| b.2.total_cmp(&a.2));
            all.truncate(args.top as usize);
            all
        })
        .collect();
    let length = sequence.ids.len();
    if args.json {
        let masks: Vec<_> = places
            .iter()
            .zip(&guesses)
            .map(|(place, list)| {
                let list: Vec<_> =
                    list.iter().map(|(t, id, p)| json!({ "token": t, "id": id, "probability": p })).collect();
                json!({ "position": place, "guesses": list })
            })
            .collect();
        let value = json!({
            "length_policy": args.length_policy.to_string(), "length": length, "cut": sequence.cut, "masks": masks,
        });
        terminal::out(&format!("{value:#}\n"));
        return Ok(Exit::Ok);
    }
    let mut text = format!("length policy {} ({length} tokens)\n", args.length_policy);
    for (place, list) in places.iter().zip(&guesses) {
        let _ = writeln!(text, "[MASK] at token {place}");
        for (token, _, p) in list {
            let _ = writeln!(text, "  {p:.4}  {token}");
        }
    }
    terminal::out(&text);
    Ok(Exit::Ok)
}
