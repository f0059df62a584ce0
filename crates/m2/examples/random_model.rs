//! Writes a small model with random weights: `cargo run -p emberforge-m2 --example random_model -- FOLDER`.
//!
//! The folder `tests/fixtures/m2-random-tiny` was made by it. Its vectors mean nothing; it is there to try the commands
//! and to test them. It has every head, so that every command has something to load.

use emberforge_array::{Array, Result, save_safetensors};
use emberforge_m2::{Config, Error, Head, initial_weights};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const CONFIG: &str = r#"{
  "architectures": ["BertForMaskedLM"],
  "vocab_size": VOCAB,
  "hidden_size": 32,
  "num_hidden_layers": 2,
  "intermediate_size": 128,
  "max_position_embeddings": 128,
  "long_conv_l_max": 128,
  "use_positional_encodings": true,
  "monarch_mixer_sequence_mixing": true,
  "hyena_emb_dim": 5,
  "hyena_filter_order": 16,
  "bidirectional": true,
  "residual_long_conv": true,
  "use_glu_mlp": true,
  "use_monarch_mlp": true,
  "monarch_mlp_nblocks": 4,
  "id2label": { "0": "random-a", "1": "random-b" },
  "problem_type": "single_label_classification"
}
"#;

const WORDS: &str = "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they \
    which one you were her all she there would their we him been has when who will more no if out so said what up its about \
    into than them can only other new some could time these two may then do first any my now such like our over man me even \
    most made after also did many before must through back years where much your way well down should because each just \
    those people mr how too little state good very make world still own see men work long get here between both life being \
    under never day same another know while last might us great old year off come since against go came right used take \
    three text some embedding model hello long short sequence length mixer monarch vector random weights convolution filter";

fn vocabulary() -> String {
    let mut words: Vec<String> =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].iter().map(|w| w.to_string()).collect();
    let letters = || ('a'..='z').chain('0'..='9').map(|c| c.to_string());
    words.extend(letters());
    words.extend(letters().map(|c| format!("##{c}")));
    words.extend("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".chars().map(|c| c.to_string()));
    for ending in ["##ing", "##ed", "##er", "##s", "##ly", "##tion", "##al", "##en", "##th", "##in"] {
        words.push(ending.to_string());
    }
    words.extend(WORDS.split_whitespace().map(str::to_string));
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.join("\n") + "\n"
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).map_err(|e| Error::io(format!("cannot write {name}: {e}")))
}

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::invalid("name the folder to write to"))?;
    std::fs::create_dir_all(&folder)
        .map_err(|e| Error::io(format!("cannot make `{}`: {e}", folder.display())))?;
    let vocabulary = vocabulary();
    let config = CONFIG.replace("VOCAB", &vocabulary.lines().count().to_string());
    write(&folder, "vocab.txt", &vocabulary)?;
    write(&folder, "config.json", &config)?;
    let config = Config::from_json(&config)?;
    let mut tensors: BTreeMap<String, Array> = initial_weights(&config, Head::MaskedLm, 0)?;
    tensors.extend(initial_weights(&config, Head::Classifier(2), 0)?);
    // Tensors under a second name would be written twice.
    tensors.retain(|name, _| {
        name != "cls.predictions.decoder.weight"
            && (!name.ends_with(".freq") || name.ends_with("implicit_filter.1.freq"))
    });
    let tensors = tensors.iter().map(|(name, x)| (name.as_str(), x));
    save_safetensors(
        folder.join("model.safetensors"),
        tensors,
        &[("weights", "random; made by examples/random_model.rs")],
    )
}
