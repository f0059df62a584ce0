//! Every flag, defined once.

use crate::model::args::{ClassifyArgs, ConvertArgs, EmbedArgs, FillMaskArgs, InspectArgs, SimilarityArgs};
use clap::{Args, Parser, Subcommand, ValueEnum};
use emberforge_array::Profile;
use emberforge_kernel::testfile::Options;
use std::path::PathBuf;

/// Metal kernels that run on any machine, and M2-BERT models.
#[derive(Debug, Parser)]
#[command(name = "ember", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run, check, show and measure Metal kernel bodies
    #[command(subcommand)]
    Kernel(KernelCommand),
    /// Measure how exact results are
    #[command(subcommand)]
    Precision(PrecisionCommand),
    /// Measure a model
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Lint MLX and PyTorch Python (also as `embercoach`)
    #[command(disable_help_flag = true)]
    Coach(CoachArgs),
    /// Turn texts into vectors
    ///
    /// Each text is tokenized, padded by the length policy, and given to the model. Vectors go to standard output or a
    /// file; what was done is said on standard error, and so is every text that is too long for the model.
    ///
    /// Exit status: 0 success, 1 failed, 2 wrong usage, 130 interrupted.
    Embed(EmbedArgs),
    /// Guess the tokens at each [MASK]
    FillMask(FillMaskArgs),
    /// Print the cosine of two texts' vectors
    Similarity(SimilarityArgs),
    /// Judge texts with a model's classification or regression head
    Classify(ClassifyArgs),
    /// Show a checkpoint's configuration, tensors and problems
    Inspect(InspectArgs),
    /// Write a checkpoint as one safetensors file
    Convert(ConvertArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum KernelCommand {
    /// Run a kernel and report its outputs and expectations
    #[command(after_long_help = RUN_HELP)]
    Run(RunArgs),
    /// Report what is wrong with a kernel's text, without running it
    ///
    /// FILE is a `.metal` body, or a Python file: then all its `mx.fast.metal_kernel` calls are paired with their launches
    /// and checked by the linter's rules for kernels (see `ember coach rules`).
    ///
    /// Exit status: 0 clean (warnings allowed), 1 errors, 2 wrong usage.
    Check(CheckArgs),
    /// List the kernels of a Python file: inputs, outputs, launches
    List(ListArgs),
    /// Print a stage of a kernel: its Metal source, IR, tokens or tree
    Show(ShowArgs),
    /// Measure a kernel beside memcpy of the same number of bytes
    ///
    /// Sizes come from the file's `// ember: bench B = 8` directives where it has them, else from its other
    /// directives; options override both. Bytes moved are those of all inputs and outputs. memcpy moves as many (half
    /// of them read, half written) with as many threads, measured in turn with the kernel.
    Bench(BenchArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// Measure M2-BERT's encoder: time, memory, and where the time goes
    ///
    /// The model has the 80M shape and random weights, or is the one that --model names. Times are medians of whole
    /// forward passes: with the long filters and their spectra kept from an earlier pass, and without. Each part's floor
    /// is its multiplications at the speed of a large matrix product, or its bytes at that of memcpy, both measured in
    /// the same run.
    M2(BenchM2Args),
}

#[derive(Args, Debug)]
pub(crate) struct BenchM2Args {
    /// Number of layers
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) layers: u32,

    /// Tokens of each sequence
    #[arg(long, value_name = "L", default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) length: u32,

    /// Number of sequences
    #[arg(long, value_name = "B", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: u32,

    /// Passes of each kind [default: as many as fit into two seconds, 1 to 50]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: Option<u32>,

    /// A checkpoint, file or folder, instead of random weights; --layers is then ignored
    #[arg(long, value_name = "PATH")]
    pub(crate) model: Option<PathBuf>,

    /// Show the parts of a pass that computes its filters rather than keeps them
    #[arg(long)]
    pub(crate) computed: bool,

    /// Report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const RUN_HELP: &str = "\
Input specs:
  f32(2,64,128):normal(0)    made by normal(seed), uniform(lo,hi,seed), uniform(seed), ones, zeros,
                             arange(start,step), linspace(first,last), full(value) or
                             randint(lo,hi,seed)
  u32:[2,64,128]             a list, nested for more dimensions; `0 x 8` repeats;
                             `f32(2,2):[1,2,3,4]` shapes it
  7.5   7   true   1+2j      0-d: f32, i32, bool, c64 (`f16:7.5` for another type)
  a.npy   a.npz:key   a.safetensors:key
Types: bool u8 u16 u32 u64 i8 i16 i32 i64 f16 bf16 f32 c64

Directives at the top of FILE give the same options; the command line overrides them:
  // ember: input x = f32(8):ones
  // ember: output y = f32(8)
  // ember: grid 8,1,1
  // ember: expect y = x * 2 within 1 ulp

Exit status: 0 success, 1 errors in the kernel or failed expectations, 2 wrong usage,
130 interrupted.";

/// What a kernel is: its text and its types.
#[derive(Args, Debug)]
pub(crate) struct Typing {
    /// The kernel's body, with optional `// ember:` directives at its top
    pub(crate) file: PathBuf,

    /// An input and its values, in the kernel's order
    ///
    /// SPEC is `TYPE(DIMS):GENERATOR`, `TYPE:[LIST]`, a number, or a file; the end of `ember kernel run --help` lists
    /// them. `check` and `show` need types only: `NAME=f32(2,3)`, `NAME=i32` for rank 1, `NAME=i32()` for a 0-d
    /// array, or `NAME` alone for f32 of rank 1.
    #[arg(long = "input", value_name = "NAME=SPEC", value_parser = name_and_value)]
    inputs: Vec<(String, String)>,

    /// An output, its type and shape, in the kernel's order
    #[arg(long = "output", value_name = "NAME=TYPE(DIMS)", value_parser = name_and_value)]
    outputs: Vec<(String, String)>,

    /// A template argument: a type, an integer, true or false
    #[arg(long = "template", value_name = "NAME=VALUE", value_parser = name_and_value)]
    template: Vec<(String, String)>,

    /// Treatment of floating point: safe (default), relaxed or fast
    #[arg(long, value_name = "MODE")]
    math: Option<String>,

    /// File with helper functions, placed before the kernel
    #[arg(long, value_name = "FILE")]
    header: Option<String>,

    /// Make all outputs atomic
    #[arg(long)]
    atomic_outputs: bool,

    /// A named size that directives and specs use, for example B=8
    #[arg(long = "let", value_name = "NAME=SIZE", allow_hyphen_values = true)]
    lets: Vec<String>,
}

/// How a kernel is launched.
#[derive(Args, Debug)]
pub(crate) struct Launch {
    /// Number of threads along x, y and z [default: one per element of the first output]
    #[arg(long, value_name = "X,Y,Z", allow_hyphen_values = true)]
    grid: Option<String>,

    /// Threads of a threadgroup along x, y and z, at most 1024 in all [default: 256,1,1]
    #[arg(long, value_name = "X,Y,Z", allow_hyphen_values = true)]
    threadgroup: Option<String>,

    /// Value that outputs hold before the kernel runs [default: 0]
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    init: Option<String>,

    /// Processor threads; 0 is one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,

    /// Loop iterations that a block of threads may make before the kernel is stopped [default: 2^32]
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,

    /// Seconds that one launch may run before the kernel is stopped; 0 is no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub(crate) time_limit: f64,
}

#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) typing: Typing,

    #[command(flatten)]
    pub(crate) launch: Launch,

    /// Save an output (or input) as an .npy file
    #[arg(long = "save", value_name = "NAME=PATH.npy", value_parser = name_and_value)]
    pub(crate) save: Vec<(String, String)>,

    /// Print an output (or input)
    #[arg(long = "print", value_name = "NAME")]
    pub(crate) print: Vec<String>,

    /// Run this many times and report the median time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: u32,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) typing: Typing,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// The Python file
    pub(crate) file: PathBuf,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(crate) typing: Typing,

    /// What to print
    #[arg(long = "as", value_name = "STAGE", value_enum, default_value_t = Stage::Metal)]
    pub(crate) stage: Stage,
}

/// A stage of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// The complete Metal source, as MLX generates it
    Metal,
    /// The intermediate representation that runs
    Ir,
    /// The tokens after preprocessing
    Tokens,
    /// The syntax tree
    Tree,
}

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    #[command(flatten)]
    pub(crate) typing: Typing,

    #[command(flatten)]
    pub(crate) launch: Launch,

    /// Runs per thread count [default: as many as fit into a second, 5 to 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: Option<u32>,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PrecisionCommand {
    /// Long convolutions in f32 beside direct convolution in f64, by length and profile
    ///
    /// Rows and kernels are normal numbers, the same on every machine. `fft` is the textbook's way (three real f32
    /// transforms of twice the length), `rounded` the f64 result rounded to f32: no f32 result can be nearer. An ulp is the
    /// distance to the next f32. See docs/precision.md.
    Longconv(LongconvArgs),
}

#[derive(Args, Debug)]
pub(crate) struct LongconvArgs {
    /// Lengths of the rows; direct convolution takes time by their squares
    #[arg(long, value_name = "L,L,...", value_delimiter = ',', default_value = "128,512,2048,8192,32768",
          value_parser = clap::value_parser!(u32).range(1..=1 << 18))]
    pub(crate) lengths: Vec<u32>,

    /// Rows of each length; from 6 on they are convolved side by side
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) channels: u32,

    /// Profiles to measure: fast, deterministic, extended
    #[arg(
        long = "profile",
        value_name = "P,P,...",
        value_delimiter = ',',
        default_value = "fast,deterministic,extended"
    )]
    pub(crate) profiles: Vec<Profile>,

    /// Write a plot of relative error against length
    #[arg(long, value_name = "PATH.svg")]
    pub(crate) svg: Option<PathBuf>,

    /// Report as JSON (described in crates/cli/README.md)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct CoachArgs {
    /// Arguments of the linter
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) rest: Vec<String>,
}

impl Typing {
    /// As options that override a file's directives.
    pub(crate) fn options(&self) -> Options {
        Options {
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            template: self.template.clone(),
            math: self.math.clone(),
            header: self.header.clone(),
            atomic: self.atomic_outputs,
            lets: self.lets.clone(),
            ..Options::default()
        }
    }
}

impl Launch {
    /// The options, completed.
    pub(crate) fn options(&self, typing: &Typing) -> Options {
        Options {
            grid: self.grid.clone(),
            threadgroup: self.threadgroup.clone(),
            init: self.init.clone(),
            fuel: self.fuel,
            ..typing.options()
        }
    }
}

/// `NAME=VALUE`; the value may be missing.
fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if name.trim().is_empty() {
        return Err(format!("`{text}` has no name before `=`; write `NAME=...`"));
    }
    Ok((name.trim().to_string(), value.trim().to_string()))
}

/// A number of seconds, perhaps with a fraction.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if (0.0..=1e9).contains(&n) => Ok(n),
        _ => Err(format!("`{text}` is not a number of seconds from 0 to 1000000000")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
