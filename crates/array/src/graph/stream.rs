//! Evaluation in the background.

use super::eval;
use crate::Array;
use crate::autodiff::{Tracing, tracing};
use emberforge_base::{Error, ErrorKind, Result};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

/// A queue of evaluations with a thread of its own; they run in the order in which they were given.
///
/// ```
/// use emberforge_array::{Array, Stream};
///
/// let stream = Stream::new()?;
/// let y = Array::scalar(2.0) * 3.0;
/// stream.async_eval([&y])?;
/// stream.synchronize();
/// assert_eq!(y.item::<f32>()?, 6.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    queue: Sender<Job>,
    open: Arc<(Mutex<usize>, Condvar)>,
}

#[derive(Debug)]
struct Job {
    roots: Vec<Array>,
    /// Given inside a function under differentiation.
    tracing: bool,
}

impl Stream {
    /// A new queue.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new() -> Result<Stream> {
        let (queue, jobs) = channel::<Job>();
        let open = Arc::new((Mutex::new(0usize), Condvar::new()));
        let done = open.clone();
        let work = move || {
            // Ends when the last handle of the stream is dropped.
            for job in jobs {
                let guard = job.tracing.then(Tracing::start);
                // An error stays in the array, and whoever reads it is told.
                let _ = eval::run(&job.roots);
                drop(guard);
                drop(job.roots);
                *done.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
                done.1.notify_all();
            }
        };
        std::thread::Builder::new().name("ember-stream".into()).spawn(work).map_err(|e| {
            Error::new(
                ErrorKind::Unsupported,
                format!("the system gives no thread for a stream ({e}); use `eval`"),
            )
        })?;
        Ok(Stream { queue, open })
    }

    /// Queues the evaluation of arrays and returns at once. Reading one of them waits for it.
    ///
    /// # Errors
    /// The error of a failed array; errors of the evaluation come to whoever reads the array.
    pub fn async_eval<'a>(&self, arrays: impl IntoIterator<Item = &'a Array>) -> Result<()> {
        let roots: Vec<Array> = arrays.into_iter().map(|a| a.check().cloned()).collect::<Result<_>>()?;
        *self.open.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.queue
            .send(Job { roots, tracing: tracing() })
            .map_err(|_| Error::internal("a stream's thread has ended"))
    }

    /// Waits until everything queued so far is evaluated.
    pub fn synchronize(&self) {
        let mut open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        while *open > 0 {
            open = self.open.1.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// [`Stream::async_eval`] on the process's own stream.
///
/// ```
/// use emberforge_array::{Array, async_eval};
///
/// let y = Array::scalar(2.0) * 3.0;
/// async_eval([&y])?;
/// assert_eq!(y.item::<f32>()?, 6.0); // waits
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`Stream::async_eval`] and [`Stream::new`].
pub fn async_eval<'a>(arrays: impl IntoIterator<Item = &'a Array>) -> Result<()> {
    static STREAM: OnceLock<Result<Stream>> = OnceLock::new();
    STREAM.get_or_init(Stream::new).as_ref().map_err(Clone::clone)?.async_eval(arrays)
}
