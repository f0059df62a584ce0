//! A launch with a time limit: a second thread watches the clock and asks the machine to stop.

use crate::vm::Launch;
use emberforge_base::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Runs a launch that is told to stop when the time is over.
pub(crate) fn within<T>(
    limit: Duration,
    launch: &Launch<'_>,
    run: impl FnOnce(&Launch<'_>) -> Result<T>,
) -> Result<T> {
    /// How soon a stop asked for by the caller is passed on.
    const POLL: Duration = Duration::from_millis(20);
    let (stop, late) = (AtomicBool::new(false), AtomicBool::new(false));
    let result = std::thread::scope(|scope| {
        // Dropping the sender ends the watch.
        let (done, finished) = mpsc::channel::<()>();
        let (stop, late) = (&stop, &late);
        scope.spawn(move || {
            let started = Instant::now();
            loop {
                let left = limit.saturating_sub(started.elapsed());
                if finished.recv_timeout(left.min(POLL)) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                late.store(started.elapsed() >= limit, Ordering::Relaxed);
                let asked = launch.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
                if asked || late.load(Ordering::Relaxed) {
                    return stop.store(true, Ordering::Relaxed);
                }
            }
        });
        let result = run(&Launch { stop: Some(stop), ..*launch });
        drop(done);
        result
    });
    result.map_err(|error| {
        if error.kind() != ErrorKind::Stopped || !late.load(Ordering::Relaxed) {
            return error;
        }
        let seconds = limit.as_secs_f64();
        match error.span() {
            Some(loop_at) => {
                let question = "is this loop infinite? if not, raise the time limit";
                let message = format!("the kernel was stopped after {seconds} s; {question}");
                Error::new(ErrorKind::Stopped, message).at(loop_at)
            }
            None => Error::new(
                ErrorKind::Stopped,
                format!(
                    "the kernel was stopped after {seconds} s; if it is meant to run longer, raise the time limit: \
                     `time_limit` in a call and `--time-limit` on the command line"
                ),
            ),
        }
    })
}
