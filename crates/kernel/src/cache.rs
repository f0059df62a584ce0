//! Compiled specialisations, kept for the whole process.
//!
//! The key holds everything that may change the program, in full: no hash stands in for a text, so two kernels can
//! share an entry only when they are the same. Launch options (grid, threadgroup, threads, fuel) are not part of it.

use crate::Types;
use crate::builder::Definition;
use crate::msl::Signature;
use crate::pipeline::{self, Program};
use emberforge_base::Result;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

/// Entries kept; the one used longest ago leaves first.
const CAPACITY: usize = 256;

/// Everything a program depends on: the definition (name, texts and where they come from, parameter names, atomic
/// outputs, math mode) and the signature (dtypes, ranks, size classes, template arguments).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    definition: Arc<Definition>,
    signature: Signature,
}

impl Key {
    pub(crate) fn new(definition: &Arc<Definition>, types: &Types) -> Key {
        Key { definition: definition.clone(), signature: pipeline::signature(definition, types) }
    }
}

type Slot = Arc<OnceLock<Result<Arc<Program>>>>;

#[derive(Default)]
struct Entries {
    map: HashMap<Key, (u64, Slot)>,
    clock: u64,
}

static ENTRIES: LazyLock<Mutex<Entries>> = LazyLock::new(Mutex::default);

/// The program for these types, compiled at most once however many threads ask.
pub(crate) fn program(definition: &Arc<Definition>, types: &Types) -> Result<Arc<Program>> {
    let slot = slot(Key::new(definition, types));
    // Other kernels compile meanwhile: only this entry waits.
    slot.get_or_init(|| pipeline::compile(definition, types).map(Arc::new)).clone()
}

fn slot(key: Key) -> Slot {
    let mut entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    entries.clock += 1;
    let now = entries.clock;
    if let Some((used, slot)) = entries.map.get_mut(&key) {
        *used = now;
        return slot.clone();
    }
    if entries.map.len() >= CAPACITY {
        let oldest = entries.map.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            entries.map.remove(&oldest);
        }
    }
    let slot = Slot::default();
    entries.map.insert(key, (now, slot.clone()));
    slot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::msl::MathMode;
    use crate::{Builder, DType, Kernel};

    fn builder() -> Builder {
        Kernel::builder("f").inputs(["x"]).outputs(["y"]).header("// h").source("y[0] = x[0];")
    }

    fn types() -> Types {
        Types::new().input(DType::F32, &[16]).output(DType::F32).template("N", 3)
    }

    fn key(builder: Builder, types: Types) -> Key {
        Key::new(builder.build().unwrap().definition(), &types)
    }

    #[test]
    fn every_field_that_matters_changes_the_key() {
        let same = key(builder(), types());
        assert_eq!(same, key(builder(), types()));
        // The exact size does not matter as long as the array stays in `device` memory.
        let other_size = Types::new().input(DType::F32, &[400]).output(DType::F32).template("N", 3);
        assert_eq!(same, key(builder(), other_size));

        let with_types = |types| key(builder(), types);
        let base = Types::new;
        let others = [
            key(builder().source("y[0] = x[1];"), types()),
            key(builder().header("// other"), types()),
            key(builder().math_mode(MathMode::Fast), types()),
            key(builder().math_mode(MathMode::Relaxed), types()),
            key(builder().atomic_outputs(true), types()),
            key(builder().source_at("elsewhere", 2, "y[0] = x[0];"), types()),
            key(
                Kernel::builder("g").inputs(["x"]).outputs(["y"]).header("// h").source("y[0] = x[0];"),
                types(),
            ),
            with_types(base().input(DType::F16, &[16]).output(DType::F32).template("N", 3)),
            with_types(base().input(DType::F32, &[4, 4]).output(DType::F32).template("N", 3)),
            with_types(base().input(DType::F32, &[7]).output(DType::F32).template("N", 3)),
            with_types(base().input(DType::F32, &[]).output(DType::F32).template("N", 3)),
            with_types(base().input(DType::F32, &[16]).output(DType::F16).template("N", 3)),
            with_types(base().input(DType::F32, &[16]).output(DType::F32).template("N", 4)),
            with_types(base().input(DType::F32, &[16]).output(DType::F32).template("M", 3)),
            with_types(base().input(DType::F32, &[16]).output(DType::F32).template("N", true)),
            with_types(base().input(DType::F32, &[16]).output(DType::F32).template("N", DType::F32)),
            with_types(base().input(DType::F32, &[16]).output(DType::F32)),
        ];
        for (i, a) in others.iter().enumerate() {
            assert_ne!(*a, same, "case {i}");
            for b in &others[i + 1..] {
                assert_ne!(a, b, "case {i}");
            }
        }
    }
}
