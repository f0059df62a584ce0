//! What several rules ask of the engine.

pub(super) use ruff_python_ast::{self as ast, Expr, Operator};
pub(super) use ruff_text_size::{Ranged, TextRange};

pub(super) use crate::engine::{
    Call, Dt, DtypeFact, Engine, Event, Kind, Lib, Sure, Sym, Sync, Target, Transform, Truth, Turn, V,
};
pub(super) use crate::finding::{Edit, Severity, Sink};

pub(super) use crate::kernel::flow::{self, Object, Vary};
pub(super) use crate::kernel::text::{signature, without_comments};
pub(super) use crate::kernel::trace::RaceKind;
pub(super) use crate::kernel::{Analysis, Kernel, shape};
pub(super) use emberforge_ir::{self as ir, Attribute, BinaryOp, CompareOp, Op, Scalar, ValueId};

/// The kernel of an event that compiles.
pub(super) fn program<'e>(event: &Event<'e, '_>) -> Option<(&'e Kernel, &'e ir::Kernel, &'e Analysis)> {
    let Event::Kernel(kernel) = *event else { return None };
    let (program, analysis) = kernel.ir()?;
    Some((kernel, program, analysis))
}

/// The output that a pointer points into.
pub(super) fn output(program: &ir::Kernel, analysis: &Analysis, pointer: ValueId) -> Option<usize> {
    let Object::Buffer(b) = flow::object(program, pointer)? else { return None };
    match analysis.args.get(b.index())? {
        emberforge_msl::KernelArg::Output(i) => Some(*i),
        _ => None,
    }
}

/// Reports the mistakes that the front end found and that belong to a rule.
pub(super) fn front_end(
    event: &Event<'_, '_>,
    rule: &'static crate::rules::Rule,
    out: &mut Sink,
    message: impl Fn(&Kernel, &emberforge_base::Diagnostic) -> (String, &'static str),
) {
    let Event::Kernel(kernel) = *event else { return };
    for d in kernel.mistakes().filter(|d| kernel.rule_of(d) == rule.code) {
        let (text, label) = message(kernel, d);
        let finding = out.report(rule, kernel.place(d.primary.span), text);
        finding.label(label);
        if kernel.spec.template_open {
            finding.at_most(Sure::Likely);
        }
        if let Some(help) = d.help.first() {
            finding.help(help.clone());
        }
    }
}

/// A value made by this operator, and its operands.
pub(super) fn operands(e: &Engine<'_>, v: V, op: Sym) -> Option<[V; 2]> {
    e.made_by(v, op)
}

/// `1 + x` or `x + 1`: the `x`.
pub(super) fn one_plus(e: &Engine<'_>, v: V) -> Option<V> {
    let [l, r] = operands(e, v, Sym::ADD)?;
    let one = |v: V| e.kind(v).constant() == Some(1.0);
    if one(l) {
        Some(r)
    } else if one(r) {
        Some(l)
    } else {
        None
    }
}

/// Whether a value is an array of an array library, at least probably.
pub(super) fn is_array(e: &Engine<'_>, v: V) -> bool {
    e.array(v).is_some_and(|a| a.sure >= Sure::Likely)
}

/// Whether a function is one of the array libraries' functions with this last name.
pub(super) fn is_function(name: &str, last: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(home, l)| {
        l == last && matches!(home, "mlx.core" | "torch" | "numpy" | "jax.numpy" | "torch.nn.functional")
    })
}

/// How this file spells the module that a call's function comes from, such as `mx`.
pub(super) fn home<'a>(e: &Engine<'a>, call: &ast::ExprCall) -> &'a str {
    match call.func.as_ref() {
        Expr::Attribute(a) => e.slice(a.value.range()),
        _ => "mx",
    }
}

/// The dtype known to be half, exactly, or probably because it follows an unknown parameter.
pub(super) fn half(e: &Engine<'_>, v: V) -> Option<Sure> {
    let a = e.mlx_array(v)?;
    match a.dtype {
        DtypeFact::Exact(d) if d.is_half() => Some(a.sure),
        _ => None,
    }
}

/// Puts parentheses around text that is not atomic.
pub(super) fn wrapped(e: &Engine<'_>, expr: &Expr) -> String {
    let text = e.slice(expr.range());
    match expr {
        Expr::Name(_) | Expr::Call(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::NumberLiteral(_) => {
            text.to_owned()
        }
        _ => format!("({text})"),
    }
}

/// The text of the first argument of the call that made a value, such as `n` of `mx.array(n, dtype)`.
pub(super) fn first_argument<'a>(e: &Engine<'a>, v: V) -> Option<&'a str> {
    let text = e.slice(e.range_of(v));
    let open = text.find('(')? + 1;
    let mut depth = 0;
    for (i, c) in text[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ')' | ',' if depth == 0 => return Some(text[open..open + i].trim()),
            _ => {}
        }
    }
    None
}

/// Whether the path looks like a test.
pub(super) fn is_test(e: &Engine<'_>) -> bool {
    let file = e.path.rsplit(['/', '\\']).next().unwrap_or(e.path);
    file.starts_with("test") || file.ends_with("_test.py") || e.path.contains("/tests/")
}

/// Whether this is a method of an MLX module: dtypes follow its weights there, and these are half as a rule.
pub(super) fn in_module(e: &Engine<'_>) -> bool {
    e.current().is_some_and(|f| f.class.is_some_and(|c| e.module_library(c) == Some(Lib::Mlx)))
}

/// Whether a word occurs as an identifier.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(i, _)| {
        !text[..i].chars().next_back().is_some_and(part)
            && !text[i + word.len()..].chars().next().is_some_and(part)
    })
}
