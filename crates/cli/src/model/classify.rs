//! `ember classify`: what a classification or regression head says of texts.

use super::args::ClassifyArgs;
use super::open::open;
use super::texts::{Text, Texts};
use crate::{Exit, stop, terminal};
use emberforge_array::DType;
use emberforge_base::Result;
use emberforge_m2::{Classifier, Pretrained, Problem, Sequence, batches, longest, stacked};
use serde_json::json;

pub(crate) fn classify(args: &ClassifyArgs) -> Result<Exit> {
    let texts = Texts::open(&args.texts)?;
    let model = open(&args.model)?;
    let (tokenizer, m) = (model.tokenizer(), longest(model.config()));
    stop::flag();
    args.model.within(|| {
        let (classifier, problem) = model.classifier(&args.model.load_options())?;
        let run = Run { args, model: &model, classifier, problem };
        let mut index = 0;
        loop {
            let window =
                texts.window(|text| Ok(args.length_policy.fit(tokenizer.encode(text)?, m, tokenizer)));
            let scores = run.scores(&window.texts, texts.batch_tokens)?;
            for ((text, sequence), scores) in window.texts.iter().zip(scores) {
                // Ctrl-C came before it.
                let Some(scores) = scores else { return Ok(Exit::Interrupted) };
                run.report(index, text, sequence, &scores);
                index += 1;
            }
            if let Some(error) = window.error {
                return Err(error);
            }
            if stop::requested() {
                return Ok(Exit::Interrupted);
            }
            if window.end {
                break;
            }
        }
        terminal::err(&format!("{problem:?}; length policy {}\n", args.length_policy));
        Ok(Exit::Ok)
    })
}

struct Run<'a> {
    args: &'a ClassifyArgs,
    model: &'a Pretrained,
    classifier: Classifier,
    problem: Problem,
}

impl Run<'_> {
    /// The scores of each text; `None` of those that Ctrl-C prevented.
    fn scores(&self, texts: &[(Text, Sequence)], batch_tokens: usize) -> Result<Vec<Option<Vec<f32>>>> {
        let sequences: Vec<&Sequence> = texts.iter().map(|(_, sequence)| sequence).collect();
        let mut all = vec![None; texts.len()];
        for batch in batches(&sequences, batch_tokens) {
            if stop::requested() {
                break;
            }
            let chosen: Vec<&Sequence> = batch.iter().map(|i| sequences[*i]).collect();
            let (ids, mask) = stacked(&chosen)?;
            let logits = self.classifier.forward(&ids, Some(&mask))?;
            let scores = Classifier::predictions(&logits, self.problem)?;
            let scores = scores.astype(DType::F32)?.to_vec::<f32>()?;
            for (i, scores) in batch.into_iter().zip(scores.chunks_exact(self.classifier.outputs())) {
                all[i] = Some(scores.to_vec());
            }
        }
        Ok(all)
    }

    fn report(&self, index: u64, text: &Text, sequence: &Sequence, scores: &[f32]) {
        if sequence.cut > 0 {
            terminal::err(&format!(
                "warning: the last {} tokens of text {index} are cut off\n",
                sequence.cut
            ));
        }
        let mut named: Vec<(String, f32)> =
            scores.iter().enumerate().map(|(i, score)| (self.model.label(i), *score)).collect();
        if self.problem == Problem::SingleLabel {
            named.sort_by(|a, b| b.1.total_cmp(&a.1));
        }
        if self.args.json {
            let list: Vec<_> =
                named.iter().map(|(label, score)| json!({ "label": label, "score": score })).collect();
            let value = json!({
                "index": index, "id": text.id, "problem": format!("{:?}", self.problem), "tokens": sequence.tokens,
                "length": sequence.ids.len(), "cut": sequence.cut,
                "length_policy": self.args.length_policy.to_string(), "scores": list,
            });
            terminal::out(&format!("{value}\n"));
        } else {
            let list: Vec<String> =
                named.iter().map(|(label, score)| format!("{label} {score:.4}")).collect();
            terminal::out(&format!("{}\n", list.join("  ")));
        }
    }
}
