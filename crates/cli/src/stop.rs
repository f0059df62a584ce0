//! Ctrl-C: the first one asks the running kernel to stop, the second one ends the process.

use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// The flag, after making sure that Ctrl-C sets it.
pub(crate) fn flag() -> &'static AtomicBool {
    // Without a handler Ctrl-C still ends the process, only less politely.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    &STOP
}

/// True after Ctrl-C.
pub(crate) fn requested() -> bool {
    STOP.load(Ordering::Relaxed)
}
