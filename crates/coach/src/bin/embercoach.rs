//! The `embercoach` command: hands its arguments to the library and prints what comes back.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cwd = std::env::current_dir().unwrap_or_default();
    let (mut out, mut err, mut input) = (std::io::stdout(), std::io::stderr(), std::io::stdin());
    let mut io = emberforge_coach::tool::Io { out: &mut out, err: &mut err, input: &mut input, cwd };
    let code = emberforge_coach::tool::run(&arguments, &mut io);
    ExitCode::from(u8::try_from(code).unwrap_or(2))
}
