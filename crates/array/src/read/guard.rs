//! Watching and forbidding reads on the host.

use crate::{Array, shape};
use emberforge_base::{Error, Result};
use std::cell::RefCell;
use std::panic::Location;

/// What happens when the host reads data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostSync {
    /// Nothing.
    Allow,
    /// It is recorded in the guard.
    Log,
    /// It is an error that names both places: the read, and the guard.
    Deny,
}

/// A read of data by the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSyncEvent {
    /// The function that read: `item`, `to_vec`, `Display`, ...
    pub how: &'static str,
    /// What was read: dtype and shape.
    pub what: String,
    /// Source file of the caller.
    pub file: &'static str,
    /// Line of the caller.
    pub line: u32,
}

/// Restores the thread's earlier rule when dropped; see [`host_sync_guard`].
#[derive(Debug)]
#[must_use = "the rule holds while the guard lives"]
pub struct HostSyncGuard {
    depth: usize,
}

struct Rule {
    sync: HostSync,
    place: &'static Location<'static>,
    events: Vec<HostSyncEvent>,
}

thread_local! {
    static RULES: RefCell<Vec<Rule>> = const { RefCell::new(Vec::new()) };
}

/// Sets what reading on the host means on this thread while the guard lives. `eval` is not a read.
///
/// ```
/// use emberforge_array::{Array, HostSync, host_sync_guard};
///
/// let x = Array::scalar(1.0) + 2.0;
/// let guard = host_sync_guard(HostSync::Deny);
/// assert!(x.item::<f32>().unwrap_err().to_string().contains("forbids"));
/// drop(guard);
/// assert_eq!(x.item::<f32>()?, 3.0);
///
/// let guard = host_sync_guard(HostSync::Log);
/// x.item::<f32>()?;
/// assert_eq!(guard.events()[0].how, "to_vec");
/// # Ok::<(), emberforge_array::Error>(())
/// ```
#[track_caller]
pub fn host_sync_guard(sync: HostSync) -> HostSyncGuard {
    let place = Location::caller();
    RULES.with_borrow_mut(|rules| {
        rules.push(Rule { sync, place, events: Vec::new() });
        HostSyncGuard { depth: rules.len() - 1 }
    })
}

impl HostSyncGuard {
    /// The reads since the guard was made, where it logs.
    pub fn events(&self) -> Vec<HostSyncEvent> {
        RULES.with_borrow(|rules| rules.get(self.depth).map_or(Vec::new(), |rule| rule.events.clone()))
    }
}

impl Drop for HostSyncGuard {
    fn drop(&mut self) {
        // Guards dropped out of order take the inner ones with them.
        let _ = RULES.try_with(|rules| rules.borrow_mut().truncate(self.depth));
    }
}

/// Notes a read; an error where it is forbidden.
#[track_caller]
pub(crate) fn note(how: &'static str, array: &Array) -> Result<()> {
    let caller = Location::caller();
    RULES.with_borrow_mut(|rules| {
        let Some(rule) = rules.last_mut() else { return Ok(()) };
        let what = || format!("{}{}", array.dtype(), shape::text(array.shape()));
        match rule.sync {
            HostSync::Allow => Ok(()),
            HostSync::Log => {
                let (file, line) = (caller.file(), caller.line());
                rule.events.push(HostSyncEvent { how, what: what(), file, line });
                Ok(())
            }
            HostSync::Deny => Err(Error::invalid(format!(
                "`{how}` at {}:{} reads {} on the host, which the guard at {}:{} forbids; keep the value in the graph, \
                 or read it outside the guard",
                caller.file(),
                caller.line(),
                what(),
                rule.place.file(),
                rule.place.line()
            ))),
        }
    })
}
