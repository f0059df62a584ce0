//! Deterministic fuzzing of the front end: preprocessor, parser and the way from text to IR.
//!
//! `EMBER_FUZZ=N` runs N cases of each kind (the default takes a few seconds), `EMBER_FUZZ_FROM=K` starts at case K. A
//! case that fails is cut down before it is shown; one that takes the process with it (a stack overflow) is left in
//! `fuzz-NAME.metal` in cargo's folder for temporary files, when `EMBER_FUZZ` is set.
//!
//! [`targets`](fuzz/targets.rs) states the properties, [`grammar`](fuzz/grammar.rs) makes bodies that mostly compile,
//! [`seeds`](fuzz/seeds.rs) reads the repository's kernels and damages them, [`driver`](fuzz/driver.rs) watches the clock.

#[path = "fuzz/driver.rs"]
mod driver;
#[path = "fuzz/grammar.rs"]
mod grammar;
#[path = "fuzz/hostile.rs"]
mod hostile;
#[path = "fuzz/random.rs"]
mod random;
#[path = "fuzz/seeds.rs"]
mod seeds;
#[path = "fuzz/targets.rs"]
mod targets;

use driver::{Case, run};
use random::Random;
use seeds::Seeds;

/// A case made by the grammar: as it is, or damaged.
fn made(number: u64, damaged: bool) -> Case {
    let mut random = Random::new(number);
    let mut case = grammar::case(&mut random);
    if damaged {
        seeds::damage(&mut random, &mut case);
    }
    case
}

#[test]
fn preprocessor_on_made_texts() {
    run("preprocessor-made", 300, targets::preprocessor, |n| made(n, n % 2 == 1));
}

#[test]
fn preprocessor_on_damaged_kernels() {
    let seeds = Seeds::load();
    run("preprocessor-damaged", 200, targets::preprocessor, move |n| seeds.damaged(n));
}

#[test]
fn parser_on_made_texts() {
    run("parser-made", 300, targets::parser, |n| made(n, n % 2 == 1));
}

#[test]
fn parser_on_damaged_kernels() {
    let seeds = Seeds::load();
    run("parser-damaged", 200, targets::parser, move |n| seeds.damaged(n));
}

#[test]
fn pipeline_on_made_texts() {
    run("pipeline-made", 300, targets::pipeline, |n| made(n, false));
}

#[test]
fn pipeline_on_damaged_made_texts() {
    run("pipeline-made-damaged", 300, targets::pipeline, |n| made(n, true));
}

#[test]
fn pipeline_on_damaged_kernels() {
    let seeds = Seeds::load();
    run("pipeline-damaged", 200, targets::pipeline, move |n| seeds.damaged(n));
}

#[test]
fn pipeline_on_hostile_sizes() {
    let cases = hostile::cases(std::env::var_os("EMBER_FUZZ").is_some());
    let count = cases.len() as u64;
    driver::run_all("pipeline-hostile", 0..count, targets::pipeline, move |n| cases[n as usize].clone());
}

#[test]
fn the_repositorys_kernels_hold_the_properties() {
    let seeds = Seeds::load();
    let count = seeds.all.len() as u64;
    driver::run_all("pipeline-seeds", 0..count, targets::pipeline, move |n| seeds.all[n as usize].clone());
}

#[test]
fn most_made_texts_compile() {
    let compiles = |n: &u64| targets::compiles(&made(*n, false));
    let count = (0..200).filter(compiles).count();
    assert!(
        count >= 130,
        "only {count} of 200 bodies made by the grammar compile: they no longer reach the lowering"
    );
}
