//! The command line.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// EmberCoach: the linter for MLX and PyTorch Python and for kernels.
#[derive(Debug, Parser)]
#[command(
    name = "embercoach",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "PATHS are files or folders (default `.`), or `-` for standard input.\n\
                  Exit codes: 0 clean, 1 findings at or above the threshold, 2 wrong usage, an unreadable path or a \
                  file that does not parse."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    args: Args,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, made once")]
pub(crate) enum Command {
    /// Lint; the same as no command
    Check(Args),
    /// Print the page of a rule: what, why, evidence, bad, good, how sure
    Explain {
        /// A code such as `SYN101`, or a name such as `element-read-in-loop`
        code: String,
    },
    /// List the rules
    Rules {
        /// As JSON, with their pages
        #[arg(long)]
        json: bool,
    },
    /// Serve an editor: the language server protocol over standard input and output
    Lsp,
}

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Full,
    Concise,
    Json,
    Jsonl,
    Sarif,
    Github,
    Gitlab,
    Junit,
    Legacy,
}

impl Format {
    /// The format with this name, as the configuration gives it.
    pub(crate) fn named(name: &str) -> Result<Format, String> {
        Format::from_str(name, false).map_err(|_| {
            format!(
                "`{name}` is no format; write full, concise, json, jsonl, sarif, github, gitlab, junit or legacy"
            )
        })
    }
}

/// What was typed.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(crate) struct Args {
    /// Files or folders, or `-`
    pub(crate) paths: Vec<String>,
    /// default, strict, numerics, guide or original
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Run only these codes or prefixes
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Run these too
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) extend_select: Vec<String>,
    /// Do not run these
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Skip files that match
    #[arg(long, value_name = "GLOBS", value_delimiter = ',')]
    pub(crate) exclude: Vec<String>,
    /// Apply safe fixes
    #[arg(long)]
    pub(crate) fix: bool,
    /// Apply unsafe fixes too
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,
    /// How findings are shown
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<Format>,
    /// Print the page of every rule that fired
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Print why the linter believes what it says
    #[arg(long)]
    pub(crate) why: bool,
    /// Count findings by code
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Report only what is new since this file was written
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<String>,
    /// Write the present findings as the baseline: to FILE, to the file of --baseline, or to embercoach-baseline.json
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) write_baseline: Option<String>,
    /// Lint again whenever a file changes
    #[arg(long)]
    pub(crate) watch: bool,
    /// The MLX version the code is for, such as 0.32
    #[arg(long, value_name = "VERSION")]
    pub(crate) target_mlx: Option<String>,
    /// Exit with 1 from this severity on: info, warning (default) or error
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) threshold: Option<String>,
    /// Exit with 0 in spite of findings
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// The name of the text that `-` reads
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,
    /// Read this configuration
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<String>,
    /// Read no configuration
    #[arg(long)]
    pub(crate) isolated: bool,
    /// Threads
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

impl Args {
    /// Whether the text comes from standard input.
    pub(crate) fn stdin(&self) -> bool {
        self.paths.iter().any(|p| p == "-")
    }

    /// Whether files are to be changed.
    pub(crate) fn fixes(&self) -> bool {
        (self.fix || self.unsafe_fixes) && !self.diff
    }
}

/// Reads the arguments; the error is help, version or a complaint.
pub(crate) fn parse(arguments: &[String]) -> Result<Command, clap::Error> {
    let all = std::iter::once("embercoach").chain(arguments.iter().map(String::as_str));
    let cli = Cli::try_parse_from(all)?;
    Ok(cli.command.unwrap_or(Command::Check(cli.args)))
}
