//! The vector machine against the scalar reference executor: random kernels, bit for bit, on one thread and on two.

mod reference;

use emberforge_vm::{BufferArg, Launch, compile};
use reference::random::{Case, case, divergent_case};

/// Cases per test; `EMBER_CASES` asks for more.
fn cases() -> u64 {
    std::env::var("EMBER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

fn run_machine(case: &Case, threads: usize) -> Vec<Vec<u8>> {
    let program = compile(&case.kernel).unwrap_or_else(|e| panic!("{e}\n{}", case.kernel));
    let mut buffers = case.buffers.clone();
    let mut args: Vec<BufferArg<'_>> = buffers
        .iter_mut()
        .zip(&case.kernel.buffers)
        .map(|(bytes, b)| if b.writable { BufferArg::Write(bytes) } else { BufferArg::Read(bytes) })
        .collect();
    let launch = Launch {
        grid: case.launch.grid,
        threadgroup: case.launch.threadgroup,
        threads,
        fuel: Some(1 << 20),
        stop: None,
    };
    program.run(&launch, &mut args).expect("the kernel ends");
    buffers
}

fn check(seed: u64, case: &Case) {
    let mut expected = case.buffers.clone();
    reference::run(&case.kernel, &case.launch, &mut expected).expect("the reference runs the kernel");
    for threads in [1, 2] {
        let actual = run_machine(case, threads);
        for (i, (a, e)) in actual.iter().zip(&expected).enumerate() {
            if a != e {
                let at = a.iter().zip(e).position(|(x, y)| x != y).unwrap_or(0);
                panic!(
                    "seed {seed}, {threads} threads: buffer {i} differs at byte {at}: {:?} instead of {:?}\n{:?}\n{}",
                    &a[at & !7..(at & !7) + 8.min(a.len() - (at & !7))],
                    &e[at & !7..(at & !7) + 8.min(e.len() - (at & !7))],
                    case.launch,
                    case.kernel
                );
            }
        }
    }
}

/// The seeds of a run; `EMBER_SEED` names one.
fn seeds() -> std::ops::Range<u64> {
    match std::env::var("EMBER_SEED").ok().and_then(|n| n.parse().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..cases(),
    }
}

#[test]
fn random_kernels_give_the_reference_bits() {
    for seed in seeds() {
        check(seed, &case(seed));
    }
}

#[test]
fn random_kernels_with_divergent_lane_operations_give_the_reference_bits() {
    for seed in seeds() {
        check(seed, &divergent_case(seed));
    }
}
