//! The Metal standard library as MLX kernel bodies use it.

use super::Lower;
use super::types::Type;
use super::value::{Arg, Result, TemplateArgValue, Value};
use emberforge_base::Span;

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

/// Lowers a call of the library function `name`; `None` when there is none of that name.
pub(crate) fn call(
    _cx: &mut Lower<'_>,
    _name: &str,
    _precision: Precision,
    _template: &[TemplateArgValue],
    _args: Vec<Arg>,
    _span: Span,
) -> Option<Result<Value>> {
    None
}

/// True when [`call`] knows `name`.
pub(crate) fn is_function(_name: &str) -> bool {
    false
}

/// The value of a library constant or enumerator, named without `metal::`: `INFINITY`, `M_PI_F`,
/// `memory_order_relaxed`, `mem_flags::mem_threadgroup`.
pub(crate) fn constant(_name: &str) -> Option<Value> {
    None
}

/// A library type that is not a number type: `mem_flags`, `memory_order`, `thread_scope` (all `uint`).
pub(crate) fn named_type(_name: &str) -> Option<Type> {
    None
}

/// Type traits and static members of library templates. `is_same_v<A, B>` comes with `member` `None`;
/// `is_same<A, B>::value`, `numeric_limits<T>::max` (then called without arguments), `enable_if<c, T>::type` with the
/// member. `enable_if_t<false>` is `Some(Err)` after a diagnostic (which overload resolution drops).
pub(crate) fn meta(
    _cx: &mut Lower<'_>,
    _name: &str,
    _template: &[TemplateArgValue],
    _member: Option<&str>,
    _span: Span,
) -> Option<Result<TemplateArgValue>> {
    None
}
