//! The `ember` command line: kernels, models, the linter.
//!
//! `args` defines every flag once; each command is one file; `terminal` is the only place that prints.

mod args;
mod bench;
mod bench_m2;
mod check;
mod coach;
mod json;
mod model;
mod plot;
mod precision;
mod run;
mod show;
mod stop;
mod terminal;

use args::{BenchCommand, Cli, Command, KernelCommand, PrecisionCommand};
use clap::Parser as _;
use emberforge_base::{Error, ErrorKind};
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Ok,
    /// Errors in the kernel, failed expectations, or a file that could not be read or written.
    Failed,
    /// The command line cannot be obeyed as it stands.
    Usage,
    /// Stopped by Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Interrupted => 130,
        })
    }
}

/// Runs a command on a thread of the pool: the parallel parts of its evaluations are then taken up without waking another
/// thread to start them. For commands that evaluate from one thread only.
fn on_pool<T: Send>(command: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| command())
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (result, json) = match &cli.command {
        Command::Kernel(KernelCommand::Run(args)) => (run::run(args), args.json),
        Command::Kernel(KernelCommand::Check(args)) => (check::check(args), args.json),
        Command::Kernel(KernelCommand::List(args)) => (check::list(args), args.json),
        Command::Kernel(KernelCommand::Show(args)) => (show::show(args), false),
        Command::Kernel(KernelCommand::Bench(args)) => (bench::bench(args), args.json),
        Command::Precision(PrecisionCommand::Longconv(args)) => (precision::longconv(args), args.json),
        Command::Bench(BenchCommand::M2(args)) => (on_pool(|| bench_m2::bench(args)), args.json),
        Command::Coach(args) => (Ok(coach::coach(args)), false),
        Command::Embed(args) => (on_pool(|| model::embed::embed(args)), false),
        Command::FillMask(args) => (on_pool(|| model::fill_mask::fill_mask(args)), args.json),
        Command::Similarity(args) => (on_pool(|| model::similarity::similarity(args)), args.json),
        Command::Classify(args) => (on_pool(|| model::classify::classify(args)), args.json),
        Command::Inspect(args) => (model::inspect::inspect(args), args.json),
        Command::Convert(args) => (model::convert::convert(args), false),
    };
    let exit = result.unwrap_or_else(|error| {
        if json {
            terminal::out(&format!("{:#}\n", json::error(&error)));
        }
        terminal::error(&error);
        exit_of(&error)
    });
    exit.into()
}

fn exit_of(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::InvalidArgument => Exit::Usage,
        ErrorKind::Stopped if stop::requested() => Exit::Interrupted,
        _ => Exit::Failed,
    }
}
