//! Random kernels: they verify, read back from their text, and run on the reference executor.

#[path = "../../vm/tests/reference/mod.rs"]
mod reference;

use emberforge_ir::{read, verify};
use reference::random::{Case, case, divergent_case};

fn cases() -> impl Iterator<Item = Case> {
    (0..300).flat_map(|seed| [case(seed), divergent_case(seed)])
}

#[test]
fn they_verify() {
    for case in cases() {
        let problems = verify(&case.kernel);
        assert!(problems.is_empty(), "{}", case.kernel.annotated(&problems));
    }
}

#[test]
fn their_text_reads_back() {
    for case in cases() {
        let text = case.kernel.to_string();
        let again = read(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        // Random kernels have no spans, so nothing is lost.
        assert_eq!(again, case.kernel, "{text}");
        assert_eq!(again.to_string(), text);
    }
}

#[test]
fn they_run_and_do_something() {
    let mut changed = 0;
    for case in cases().take(120) {
        let mut buffers = case.buffers.clone();
        reference::run(&case.kernel, &case.launch, &mut buffers)
            .unwrap_or_else(|e| panic!("{e}\n{:?}\n{}", case.launch, case.kernel));
        changed += usize::from(buffers != case.buffers);
        let mut again = case.buffers.clone();
        reference::run(&case.kernel, &case.launch, &mut again).expect("it ran before");
        assert!(again == buffers, "two runs differ");
    }
    assert!(changed > 110, "only {changed} of 120 kernels wrote anything");
}
