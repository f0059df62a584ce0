//! Runs cases, catches what they do, and makes a failing one small.

use crate::seeds::{chunks, pieces};
use emberforge_msl::Signature;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// The longest a case may take on a busy machine, in a build without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);
/// Attempts at making a failing case smaller.
const CUTS: usize = 3000;

/// A text to compile and what for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub(crate) header: String,
    pub(crate) body: String,
    pub(crate) signature: Signature,
}

/// A property: an error says how a case breaks it.
pub(crate) type Target = fn(&Case) -> Result<(), String>;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|n| n.parse().ok())
}

/// Runs `count` cases, or as many as `EMBER_FUZZ` says.
pub(crate) fn run(
    name: &'static str,
    count: u64,
    target: Target,
    case: impl Fn(u64) -> Case + Send + 'static,
) {
    let from = setting("EMBER_FUZZ_FROM").unwrap_or(0);
    run_all(name, from..from + setting("EMBER_FUZZ").unwrap_or(count), target, case);
}

/// Runs the numbered cases on a thread of their own and watches the clock.
pub(crate) fn run_all(
    name: &'static str,
    numbers: Range<u64>,
    target: Target,
    case: impl Fn(u64) -> Case + Send + 'static,
) {
    remember_panics();
    let current: Arc<Mutex<Option<(Instant, u64, Case)>>> = Arc::default();
    let shared = current.clone();
    let worker = std::thread::Builder::new().name(format!("fuzz-{name}")).spawn(move || {
        for number in numbers {
            let case = case(number);
            record(name, &case);
            *shared.lock().expect("not poisoned") = Some((Instant::now(), number, case.clone()));
            if let Err(problem) = attempt(target, &case) {
                *shared.lock().expect("not poisoned") = None;
                let small = reduce(target, case, &problem);
                return Some(report(number, &problem, &small));
            }
        }
        None
    });
    let worker = worker.expect("a thread starts");
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(5));
        if let Some((since, number, case)) = &*current.lock().expect("not poisoned")
            && since.elapsed() > PATIENCE
        {
            panic!("{}", report(*number, &format!("still running after {PATIENCE:?}"), case));
        }
    }
    if let Some(problem) = worker.join().expect("the worker reports") {
        panic!("{problem}");
    }
}

fn report(number: u64, problem: &str, case: &Case) -> String {
    let cut = |text: &str| text.chars().take(20_000).collect::<String>();
    let Case { header, body, signature } = case;
    format!(
        "case {number}: {problem}\n--- header ---\n{}\n--- body ---\n{}\n--- for ---\n{signature:?}",
        cut(header),
        cut(body)
    )
}

/// Leaves the case where it can be found if the process dies.
fn record(name: &str, case: &Case) {
    if setting("EMBER_FUZZ").is_some() {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}.metal"));
        let text = format!(
            "// ember: [header]\n{}\n// ember: [body]\n{}\n// {:?}",
            case.header, case.body, case.signature
        );
        // Only a help: a full disk must not fail the test.
        let _ = std::fs::write(path, text);
    }
}

static LAST_PANIC: OnceLock<Mutex<String>> = OnceLock::new();

/// Keeps panics of fuzzed code from being printed; they are in the report.
fn remember_panics() {
    LAST_PANIC.get_or_init(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // Lowering panics on a thread without a name.
            if std::thread::current().name().is_none_or(|n| n.starts_with("fuzz-"))
                && let Some(last) = LAST_PANIC.get()
            {
                *last.lock().expect("not poisoned") = info.to_string();
            } else {
                before(info);
            }
        }));
        Mutex::default()
    });
}

/// Runs the property on a case; a panic is a problem too.
fn attempt(target: Target, case: &Case) -> Result<(), String> {
    let caught = catch_unwind(AssertUnwindSafe(|| target(case)));
    caught.unwrap_or_else(|_| {
        let last = LAST_PANIC.get().map(|l| l.lock().expect("not poisoned").clone());
        Err(last.unwrap_or_else(|| "panicked".into()))
    })
}

/// What makes two problems the same: the first line without its numbers.
fn kind(problem: &str) -> String {
    problem.lines().take(1).flat_map(str::chars).filter(|c| !c.is_ascii_digit()).take(60).collect()
}

/// Removes lines, then tokens, while the same problem stays.
fn reduce(target: Target, case: Case, problem: &str) -> Case {
    let wanted = kind(problem);
    let mut budget = CUTS;
    let mut best = case;
    let mut fails = |case: &Case| {
        budget = budget.saturating_sub(1);
        budget > 0 && attempt(target, case).is_err_and(|p| kind(&p) == wanted)
    };
    for part in [0, 1] {
        for by_line in [true, false] {
            let text = if part == 0 { best.header.clone() } else { best.body.clone() };
            let mut list: Vec<&str> = if by_line { chunks(&text) } else { pieces(&text) };
            let mut size = list.len().max(1);
            while size > 0 {
                let mut at = 0;
                while at < list.len() {
                    let mut shorter = list.clone();
                    shorter.drain(at..(at + size).min(list.len()));
                    let mut tried = best.clone();
                    *(if part == 0 { &mut tried.header } else { &mut tried.body }) = shorter.concat();
                    if fails(&tried) {
                        (best, list) = (tried, shorter);
                    } else {
                        at += size;
                    }
                }
                size /= 2;
            }
        }
    }
    best
}
