//! The Metal standard library as MLX kernel bodies use it.
//!
//! One file per chapter of the library. Each has a handler that lowers a [`Call`](args::Call) of one of its functions
//! and the list of their names; [`call`] finds the handler by name. Functions that work on each component of their
//! arguments alone are rows of tables ([`each::Each`]).

mod ambiguous;
mod args;
mod atomic;
mod barrier;
mod bits;
mod common;
mod each;
mod geometric;
mod integer;
mod limits;
mod math;
pub(crate) mod matrix;
mod packing;
mod refused;
mod relational;
mod simd;
mod traits;

use super::Lower;
use super::types::Type;
use super::value::{Arg, Result, TemplateArgValue, Value};
use args::Call;
use emberforge_base::Span;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Which of the library's two precisions a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    /// Neither: the kernel's math mode decides.
    Unspecified,
    /// `fast::`.
    Fast,
    /// `precise::`.
    Precise,
}

/// Lowers one function of a chapter.
type Handler = fn(&mut Call<'_, '_>) -> Result<Value>;

/// The chapters: names and how to lower them. The later ones win where a name stands in two.
fn chapters() -> [(Vec<&'static str>, Handler); 11] {
    let each = |table: &'static [each::Each]| table.iter().map(|f| f.name).collect::<Vec<_>>();
    [
        (refused::names(), refused::call),
        (each(math::TABLE).into_iter().chain(math::NAMES.iter().copied()).collect(), math::call),
        (each(common::TABLE), common::call),
        (each(integer::TABLE), integer::call),
        (
            each(relational::TABLE).into_iter().chain(relational::NAMES.iter().copied()).collect(),
            relational::call,
        ),
        (geometric::NAMES.to_vec(), geometric::call),
        (bits::NAMES.iter().copied().chain(packing::names()).collect(), bits::call),
        (atomic::names(), atomic::call),
        (barrier::NAMES.to_vec(), barrier::call),
        (simd::names(), simd::call),
        (matrix::NAMES.to_vec(), matrix::call),
    ]
}

static FUNCTIONS: LazyLock<HashMap<&'static str, Handler>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for (names, handler) in chapters() {
        map.extend(names.into_iter().map(|name| (name, handler)));
    }
    map
});

/// Lowers a call of the library function `name`; `None` when there is none of that name.
pub(crate) fn call(
    cx: &mut Lower<'_>,
    name: &str,
    precision: Precision,
    template: &[TemplateArgValue],
    args: Vec<Arg>,
    span: Span,
) -> Option<Result<Value>> {
    let (&name, handler) = FUNCTIONS.get_key_value(name)?;
    let mut call = Call { cx, name, template, precision, args, span };
    Some(call.check_precision(precision).and_then(|()| handler(&mut call)))
}

/// True when [`call`] knows `name`.
pub(crate) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains_key(name)
}

/// True for names that [`call`] knows only to say why there is no such function.
pub(crate) fn is_refused(name: &str) -> bool {
    refused::names().contains(&name)
}

/// Every function and constant that can be used, sorted, for "did you mean".
#[allow(dead_code, reason = "the search for similar names is to ask for them")]
pub(crate) fn names() -> Vec<&'static str> {
    let refused = refused::names();
    let mut list: Vec<&'static str> =
        FUNCTIONS.keys().copied().filter(|n| !refused.contains(n)).chain(limits::names()).collect();
    list.sort_unstable();
    list
}

/// The value of a library constant or enumerator, named without `metal::`: `INFINITY`, `M_PI_F`,
/// `memory_order_relaxed`, `mem_flags::mem_threadgroup`.
pub(crate) fn constant(name: &str) -> Option<Value> {
    limits::constant(name)
}

/// A library type that is not a number type: `mem_flags`, `memory_order`, `thread_scope` (all `uint`).
pub(crate) fn named_type(name: &str) -> Option<Type> {
    limits::named_type(name)
}

/// Type traits and static members of library templates. `is_same_v<A, B>` comes with `member` `None`;
/// `is_same<A, B>::value`, `numeric_limits<T>::max` (then called without arguments), `enable_if<c, T>::type` with the
/// member. `enable_if_t<false>` is `Some(Err)` after a diagnostic (which overload resolution drops).
pub(crate) fn meta(
    cx: &mut Lower<'_>,
    name: &str,
    template: &[TemplateArgValue],
    member: Option<&str>,
    span: Span,
) -> Option<Result<TemplateArgValue>> {
    traits::meta(cx, name, template, member, span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// `crates/msl/tests/builtins.rs` lowers these.
    const CALLS: &str = include_str!("../../../tests/builtins/calls.txt");

    #[test]
    fn every_function_has_a_test_call() {
        let rows = CALLS.lines().filter(|line| !line.starts_with('#'));
        let called: HashSet<&str> =
            rows.filter_map(|row| row.split('|').nth(1)).flat_map(str::split_whitespace).collect();
        let refused = refused::names();
        let missing: Vec<&str> = FUNCTIONS
            .keys()
            .copied()
            .filter(|name| !called.contains(name) && !refused.contains(name))
            .filter(|name| !name.starts_with("__ember") && *name != "not")
            .collect();
        assert!(missing.is_empty(), "no call of {missing:?}");
    }

    #[test]
    fn suggestions_are_names_that_exist() {
        let names = names();
        assert!(names.len() > 300, "{}", names.len());
        for name in names {
            assert!(is_function(name) || constant(name).is_some(), "{name}");
        }
        assert!(is_function("erf") && !self::names().contains(&"erf"));
    }
}
