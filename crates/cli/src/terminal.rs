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
    progress_bar_on(ProgressDrawTarget::stderr(), total)
}

fn progress_bar_on(target: ProgressDrawTarget, total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, target);
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

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    #[test]
    fn progress_shows_what_is_done_and_the_time_that_is_left() {
        let shown = |total: Option<u64>| {
            let term = InMemoryTerm::new(4, 100);
            let bar = progress_bar_on(ProgressDrawTarget::term_like(Box::new(term.clone())), total);
            bar.set_message("7 texts");
            bar.inc(1 << 20);
            bar.force_draw();
            let text = term.contents();
            bar.finish_and_clear();
            assert_eq!(term.contents(), "", "nothing stays behind");
            text
        };
        let known = shown(Some(2 << 20));
        let parts = ["7 texts", "1.00 MiB/2.00 MiB", "left"];
        assert!(parts.iter().all(|part| known.contains(part)), "{known}");
        let unknown = shown(None);
        assert!(unknown.starts_with("7 texts, "), "{unknown}");
    }
}
