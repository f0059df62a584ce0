//! `ember classify`: what a classification or regression head says of texts.

use super::args::ClassifyArgs;
use super::open::open;
use super::texts::{Next, Texts};
use crate::{Exit, stop, terminal};
use emberforge_array::DType;
use emberforge_base::Result;
use emberforge_m2::{Classifier, Problem, longest, stacked};
use serde_json::json;

pub(crate) fn classify(args: &ClassifyArgs) -> Result<Exit> {
    let texts = Texts::open(&args.texts)?;
    let model = open(&args.model)?;
    let (tokenizer, m) = (model.tokenizer(), longest(model.config()));
    stop::flag();
    args.model.within(|| {
        let (classifier, problem) = model.classifier(&args.model.load_options())?;
        for index in 0u64.. {
            let text = match texts.next(false)? {
                Next::Text(text) => text,
                Next::Pause => return Ok(Exit::Interrupted),
                Next::End => break,
            };
            let sequence = args.length_policy.fit(tokenizer.encode(&text.text)?, m, tokenizer);
            if sequence.cut > 0 {
                terminal::err(&format!(
                    "warning: the last {} tokens of text {index} are cut off\n",
                    sequence.cut
                ));
            }
            let (ids, mask) = stacked(&[&sequence])?;
            let hidden = classifier.encoder().forward(&ids, None)?;
            let logits = classifier.logits(&hidden, Some(&mask))?;
            let scores = Classifier::predictions(&logits, problem)?.astype(DType::F32)?.to_vec::<f32>()?;
            let mut named: Vec<(String, f32)> =
                scores.iter().enumerate().map(|(i, score)| (model.label(i), *score)).collect();
            if problem == Problem::SingleLabel {
                named.sort_by(|a, b| b.1.total_cmp(&a.1));
            }
            if args.json {
                let list: Vec<_> =
                    named.iter().map(|(label, score)| json!({ "label": label, "score": score })).collect();
                let value = json!({
                    "index": index, "id": text.id, "problem": format!("{problem:?}"), "tokens": sequence.tokens,
                    "length": sequence.ids.len(), "cut": sequence.cut,
                    "length_policy": args.length_policy.to_string(), "scores": list,
                });
                terminal::out(&format!("{value}\n"));
            } else {
                let list: Vec<String> =
                    named.iter().map(|(label, score)| format!("{label} {score:.4}")).collect();
                terminal::out(&format!("{}\n", list.join("  ")));
            }
        }
        terminal::err(&format!("{problem:?}; length policy {}\n", args.length_policy));
        Ok(Exit::Ok)
    })
}
