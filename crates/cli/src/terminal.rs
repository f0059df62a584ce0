//! Standard output and standard error: the only file that prints.

use emberforge_base::Error;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal as _, Write as _};

/// Writes to standard output. A reader that has gone away (`ember ... | head`) is a success: the process ends.
pub(crate) fn out(text: &str) {
    let mut stdout = std::io::stdout().lock();
    if stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Writes to standard error; nothing can be done if that fails.
pub(crate) fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Prints an error as `error: message`, unless its text is a rendered diagnostic already.
pub(crate) fn error(error: &Error) {
    let text = error.to_string();
    if text.starts_with("error[") || text.starts_with("warning[") {
        return err(&format!("{}\n", text.trim_end()));
    }
    let mark = if color() { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
    err(&format!("{mark}: {text}\n"));
}

/// Colours are for people: a terminal, and `NO_COLOR` unset.
pub(crate) fn color() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// A display of bytes read out of `total`, with the time that is left; shown on a terminal only.
pub(crate) fn progress_bar(total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    let template = match total {
        Some(_) => "{msg} [{wide_bar}] {bytes}/{total_bytes}, {elapsed_precise}, {eta_precise} left",
        None => "{msg}, {elapsed_precise}",
    };
    // A template that is wrong shows the usual bar.
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A display of one file's download; its form is the hub library's.
pub(crate) fn download_bar() -> ProgressBar {
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
}
