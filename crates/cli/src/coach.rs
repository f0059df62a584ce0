//! `ember coach`: hands its arguments to the linter, which parses and prints for itself.

use crate::Exit;
use crate::args::CoachArgs;
use emberforge_coach::tool::{Io, run};

pub(crate) fn coach(args: &CoachArgs) -> Exit {
    let cwd = std::env::current_dir().unwrap_or_default();
    let (mut out, mut err, mut input) = (std::io::stdout(), std::io::stderr(), std::io::stdin());
    match run(&args.rest, &mut Io { out: &mut out, err: &mut err, input: &mut input, cwd }) {
        0 => Exit::Ok,
        1 => Exit::Failed,
        _ => Exit::Usage,
    }
}
