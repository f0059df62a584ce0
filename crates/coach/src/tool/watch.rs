//! `--watch`: lints again whenever something below the given paths changes.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};

use super::args::Args;
use super::{Io, check_once, write};

/// How long it must be quiet before linting again: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(80);

/// Runs until it is interrupted, or nothing can be watched any more.
pub(crate) fn run(args: &Args, io: &mut Io<'_>) -> Result<i32, String> {
    if args.stdin() {
        return Err("`--watch` needs files or folders; standard input cannot be watched".to_owned());
    }
    let (sender, events) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let changed = event.is_ok_and(|e| !matches!(e.kind, EventKind::Access(_)));
        if changed {
            // The receiver is gone only when the command ends.
            let _ = sender.send(());
        }
    })
    .map_err(|e| format!("cannot watch files: {e}"))?;
    let here = [".".to_owned()];
    for path in if args.paths.is_empty() { &here[..] } else { &args.paths[..] } {
        watcher
            .watch(&io.cwd.join(path), RecursiveMode::Recursive)
            .map_err(|e| format!("cannot watch {path}: {e}"))?;
    }
    loop {
        // A configuration that is being edited may be wrong for a moment.
        if let Err(message) = check_once(args, io) {
            let _ = writeln!(io.err, "embercoach: {message}");
        }
        write(io, "watching for changes; interrupt to end\n")?;
        if events.recv().is_err() {
            return Ok(0);
        }
        loop {
            match events.recv_timeout(QUIET) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
    }
}
