//! Flags of the commands on models.

use clap::{Args, ValueEnum};
use emberforge_array::{DType, Profile};
use emberforge_m2::{LengthPolicy, LoadOptions, Pooling};
use std::path::PathBuf;

/// Which model, and how it computes.
#[derive(Args, Debug)]
pub(crate) struct ModelArgs {
    /// A folder with config.json, weights and tokenizer; a checkpoint file in one; or an id on the Hugging Face hub
    ///
    /// An id, such as togethercomputer/m2-bert-80M-8k-retrieval, perhaps with @REVISION, is looked up in the hub's cache
    /// and else downloaded to it. A name that exists as a path is a path.
    #[arg(long, value_name = "DIR|HUB_ID")]
    pub(crate) model: String,

    /// Another place for the tokenizer: a folder, a tokenizer.json or vocab.txt, or a hub id
    #[arg(long, value_name = "PATH|HUB_ID")]
    pub(crate) tokenizer: Option<String>,

    /// A tensor that the checkpoint may lack; it is zeros then. May be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    allow_missing: Vec<String>,

    /// Element type of weights and activations
    #[arg(long, value_enum, default_value_t = Dtype::F32)]
    pub(crate) dtype: Dtype,

    /// Care taken with sums and products: fast, deterministic, extended
    ///
    /// `fast`: what the device likes best. `deterministic`: the same bits on every run, for every number of threads and
    /// every batch. `extended`: computed in f64 and rounded once.
    #[arg(long, value_name = "PROFILE", default_value_t)]
    pub(crate) profile: Profile,

    /// Where to compute
    #[arg(long, value_enum, default_value_t = Device::Cpu)]
    pub(crate) device: Device,

    /// Download nothing
    #[arg(long)]
    pub(crate) offline: bool,
}

impl ModelArgs {
    pub(crate) fn load_options(&self) -> LoadOptions {
        let dtype = match self.dtype {
            Dtype::F32 => DType::F32,
            Dtype::F64 => DType::F64,
            Dtype::F16 => DType::F16,
            Dtype::Bf16 => DType::BF16,
        };
        LoadOptions { dtype, allow_missing: self.allow_missing.clone() }
    }

    /// Runs `f` on the device, with the profile.
    pub(crate) fn within<T>(&self, f: impl FnOnce() -> T) -> T {
        let Device::Cpu = self.device;
        emberforge_array::Device::Cpu.within(|| self.profile.within(f))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dtype {
    F32,
    F64,
    F16,
    Bf16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Device {
    Cpu,
}

/// How texts become vectors.
#[derive(Args, Debug)]
pub(crate) struct VectorArgs {
    /// Padding: `reference` (to the model's full length), `exact` (none) or `bucket:N` (to a multiple of N)
    ///
    /// Padding tokens change the result: docs/m2.md explains and measures it.
    #[arg(long, value_name = "POLICY", default_value_t)]
    pub(crate) length_policy: LengthPolicy,

    /// What of the last hidden states is the vector
    #[arg(long, value_enum, default_value_t = Pool::Pooler)]
    pub(crate) pooling: Pool,

    /// Divide vectors by their length
    #[arg(long)]
    pub(crate) normalize: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pool {
    /// The checkpoint's pooler, as in the retrieval models: tanh(W h + b) of the first token, or of the mean if
    /// config.json says pool_all
    Pooler,
    /// The first token
    Cls,
    /// The mean over tokens that are not padding
    Mean,
}

impl Pool {
    pub(crate) fn pooling(self) -> Pooling {
        match self {
            Pool::Pooler => Pooling::Pooler,
            Pool::Cls => Pooling::Cls,
            Pool::Mean => Pooling::Mean,
        }
    }
}

/// The name of a choice as it is typed.
pub(crate) fn name(choice: impl ValueEnum) -> String {
    choice.to_possible_value().map(|v| v.get_name().to_string()).unwrap_or_default()
}

/// Where texts come from.
#[derive(Args, Debug)]
pub(crate) struct TextArgs {
    /// Texts; `-` is standard input
    #[arg(value_name = "TEXT")]
    pub(crate) texts: Vec<String>,

    /// A file of texts. May be repeated
    #[arg(long = "file", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// What a file or standard input holds
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    pub(crate) input: Input,

    /// Most tokens that are computed together, padding counted; one text at least
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch_tokens: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Input {
    /// `jsonl` for files named .jsonl or .ndjson, `document` for other files, `lines` for standard input
    Auto,
    /// A text on each line; an empty line is an empty text
    Lines,
    /// A JSON object with a field `text`, and perhaps `id`, on each line
    Jsonl,
    /// The whole file is one text
    Document,
}

#[derive(Args, Debug)]
pub(crate) struct EmbedArgs {
    #[command(flatten)]
    pub(crate) texts: TextArgs,

    #[command(flatten)]
    pub(crate) model: ModelArgs,

    #[command(flatten)]
    pub(crate) vectors: VectorArgs,

    /// Form of the output [default: by the name of --output, else json]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,

    /// Write to this file instead of standard output; until it is complete, PATH.partial holds what there is
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Continue from PATH.partial; the texts have to be the same
    #[arg(long, requires = "output")]
    pub(crate) resume: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One object
    Json,
    /// An object per text, on a line
    Jsonl,
    /// A matrix [texts, channels] of f32
    Npy,
    /// That matrix with the settings beside it
    Safetensors,
    /// A table, a row per text
    Parquet,
}

#[derive(Args, Debug)]
pub(crate) struct FillMaskArgs {
    /// Text with at least one [MASK]
    pub(crate) text: String,

    #[command(flatten)]
    pub(crate) model: ModelArgs,

    /// Padding, as for `ember embed`
    #[arg(long, value_name = "POLICY", default_value_t)]
    pub(crate) length_policy: LengthPolicy,

    /// How many tokens to show for each [MASK]
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) top: u32,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SimilarityArgs {
    /// A text
    pub(crate) a: String,

    /// Another text
    pub(crate) b: String,

    #[command(flatten)]
    pub(crate) model: ModelArgs,

    /// Padding, as for `ember embed`
    #[arg(long, value_name = "POLICY", default_value_t)]
    pub(crate) length_policy: LengthPolicy,

    /// What of the last hidden states is the vector
    #[arg(long, value_enum, default_value_t = Pool::Pooler)]
    pub(crate) pooling: Pool,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ClassifyArgs {
    #[command(flatten)]
    pub(crate) texts: TextArgs,

    #[command(flatten)]
    pub(crate) model: ModelArgs,

    /// Padding, as for `ember embed`
    #[arg(long, value_name = "POLICY", default_value_t)]
    pub(crate) length_policy: LengthPolicy,

    /// Report as JSON lines (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    /// A checkpoint file, or a folder with one
    #[arg(value_name = "CKPT")]
    pub(crate) checkpoint: PathBuf,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConvertArgs {
    /// A checkpoint file, or a folder with one
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,

    /// The file to write
    #[arg(value_name = "OUT.safetensors")]
    pub(crate) output: PathBuf,

    /// Element type of float tensors [default: each tensor's own]
    #[arg(long, value_enum)]
    pub(crate) dtype: Option<StoredDtype>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoredDtype {
    F32,
    F16,
    Bf16,
}
