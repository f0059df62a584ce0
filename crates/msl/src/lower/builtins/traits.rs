//! Type traits and `numeric_limits`: what templates ask about their arguments.

use super::super::Lower;
use super::super::types::Type;
use super::super::value::{Part, Poison, Result, TemplateArgValue, Value};
use super::args::unsigned;
use super::math::is_complex;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::Scalar;

/// A question about types with a yes or no.
type Question = fn(&[Type]) -> bool;

/// Questions with the number of types they are about.
const QUESTIONS: &[(&str, usize, Question)] = &[
    ("is_same", 2, |t| t[0] == t[1]),
    ("is_void", 1, |t| t[0] == Type::Void),
    ("is_floating_point", 1, |t| scalar(&t[0]).is_some_and(Scalar::is_float)),
    ("is_integral", 1, |t| scalar(&t[0]).is_some_and(|s| !s.is_float())),
    ("is_arithmetic", 1, |t| scalar(&t[0]).is_some()),
    ("is_fundamental", 1, |t| scalar(&t[0]).is_some() || t[0] == Type::Void),
    ("is_signed", 1, |t| scalar(&t[0]).is_some_and(|s| s.is_float() || s.is_signed())),
    ("is_unsigned", 1, |t| scalar(&t[0]).is_some_and(|s| !s.is_float() && !s.is_signed())),
    ("is_scalar", 1, |t| matches!(t[0], Type::Scalar(_) | Type::Enum(_) | Type::Pointer(_) | Type::Null)),
    ("is_vector", 1, |t| matches!(t[0], Type::Vector { .. })),
    ("is_matrix", 1, |t| matches!(t[0], Type::Matrix { .. })),
    ("is_pointer", 1, |t| matches!(t[0], Type::Pointer(_))),
    ("is_array", 1, |t| matches!(t[0], Type::Array(..))),
    ("is_enum", 1, |t| matches!(t[0], Type::Enum(_))),
    ("is_class", 1, |t| matches!(t[0], Type::Struct(_))),
    ("is_null_pointer", 1, |t| t[0] == Type::Null),
    ("is_reference", 1, |_| false),
    ("is_trivially_copyable", 1, |t| t[0].is_plain()),
    ("is_convertible", 2, |t| is_convertible(&t[0], &t[1])),
    ("is_lane_convertible", 2, |t| is_convertible(&t[0], &t[1])),
    ("is_complex", 1, |t| is_complex(&t[0])),
];

/// Traits whose result is their argument's type: the qualifiers they remove or add are no part of types here.
const IDENTITIES: &[&str] = &[
    "add_const",
    "add_cv",
    "add_volatile",
    "decay",
    "remove_const",
    "remove_cv",
    "remove_cvref",
    "remove_reference",
    "remove_volatile",
    "type_identity",
];

fn scalar(ty: &Type) -> Option<Scalar> {
    match ty {
        Type::Scalar(s) => Some(*s),
        _ => None,
    }
}

fn is_convertible(from: &Type, to: &Type) -> bool {
    let width = |t: &Type| t.as_vector().map(|(_, n)| n);
    match (from, to) {
        (a, b) if a == b => true,
        (Type::Scalar(_), Type::Scalar(_) | Type::Vector { .. }) => true,
        (Type::Enum(e), Type::Scalar(_)) => !e.scoped,
        // Vectors do not convert to others implicitly, but for packing.
        (Type::Vector { of: a, .. }, Type::Vector { of: b, .. }) => a == b && width(from) == width(to),
        (Type::Null, Type::Pointer(_)) => true,
        _ => false,
    }
}

/// See [`super::meta`].
pub(super) fn meta(
    cx: &mut Lower<'_>,
    name: &str,
    template: &[TemplateArgValue],
    member: Option<&str>,
    span: Span,
) -> Option<Result<TemplateArgValue>> {
    let (stem, wanted) = match (member, name) {
        (Some(member), _) => (name, member),
        (None, _) if name.ends_with("_v") => (name.strip_suffix("_v")?, "value"),
        (None, _) if name.ends_with("_t") => (name.strip_suffix("_t")?, "type"),
        _ => return None,
    };
    let types: Vec<Type> = template.iter().filter_map(|t| t.as_type().cloned()).collect();
    let value = |i: usize| match template.get(i) {
        Some(TemplateArgValue::Value(v)) => Some(v.clone()),
        _ => None,
    };
    let truth = |b: bool| Some(Ok(TemplateArgValue::Value(Value::bool(b))));
    let result = |ty: Type| Some(Ok(TemplateArgValue::Type(ty)));
    if types.iter().any(Type::is_error) {
        return Some(Err(Poison));
    }
    if stem == "numeric_limits" {
        return limit(cx, &types, wanted, span);
    }
    if let Some((_, arity, question)) = QUESTIONS.iter().find(|q| q.0 == stem) {
        if types.len() != *arity || template.len() != *arity {
            let s = if *arity == 1 { "" } else { "s" };
            return Some(Err(wrong(cx, name, &format!("it takes {arity} type{s}"), span)));
        }
        return match wanted {
            "value" => truth(question(&types)),
            _ => None,
        };
    }
    if IDENTITIES.contains(&stem) && wanted == "type" {
        return match &types[..] {
            [ty] => result(ty.clone()),
            _ => Some(Err(wrong(cx, name, "it takes one type", span))),
        };
    }
    let first = types.first().cloned();
    match (stem, wanted) {
        ("enable_if", "type") => match value(0).and_then(|v| v.as_constant()) {
            Some(0) => Some(Err(cx.error(
                Diagnostic::error("enable-if", span, "the condition of `enable_if` is false for these types")
                    .label("this template does not take them"),
            ))),
            Some(_) => result(first.unwrap_or(Type::Void)),
            None => Some(Err(wrong(cx, name, "it takes a condition and a type", span))),
        },
        ("conditional", "type") => match (value(0).and_then(|v| v.as_constant()), &types[..]) {
            (Some(c), [yes, no]) => result(if c != 0 { yes.clone() } else { no.clone() }),
            _ => Some(Err(wrong(cx, name, "it takes a condition and two types", span))),
        },
        ("void", "type") => result(Type::Void),
        ("remove_pointer", "type") => result(match first? {
            Type::Pointer(p) => p.to.clone(),
            other => other,
        }),
        ("remove_extent", "type") => result(match first? {
            Type::Array(of, _) => (*of).clone(),
            other => other,
        }),
        ("make_unsigned", "type") => with_sign(cx, name, first, false, span),
        ("make_signed", "type") => with_sign(cx, name, first, true, span),
        ("underlying_type", "type") => match first? {
            Type::Enum(e) => result(Type::Scalar(e.underlying)),
            _ => Some(Err(wrong(cx, name, "it takes an enumeration", span))),
        },
        ("integral_constant", "value") => match (first, value(1)) {
            (Some(ty), Some(v)) if ty.scalar().is_some() => {
                let (from, to) = (v.ty.scalar()?, ty.scalar()?);
                let part = cx.convert_scalar(from, to, v.part(), span);
                Some(Ok(TemplateArgValue::Value(Value::new(ty, part))))
            }
            _ => Some(Err(wrong(cx, name, "it takes a type and a value", span))),
        },
        ("bool_constant", "value") => value(0).map(|v| Ok(TemplateArgValue::Value(v))),
        ("true_type", "value") => truth(true),
        ("false_type", "value") => truth(false),
        ("extent", "value") => match first? {
            Type::Array(_, n) => Some(Ok(TemplateArgValue::Value(Value::constant(Scalar::U64, n as u64)))),
            _ => Some(Ok(TemplateArgValue::Value(Value::constant(Scalar::U64, 0)))),
        },
        ("vec_size" | "vec_elements", "value") => {
            let n = first?.as_vector().map_or(1, |(_, n)| i32::from(n));
            Some(Ok(TemplateArgValue::Value(Value::int(n))))
        }
        _ => None,
    }
}

fn wrong(cx: &mut Lower<'_>, name: &str, rule: &str, span: Span) -> Poison {
    cx.error(Diagnostic::error(
        "template-arguments",
        span,
        format!("wrong template arguments for `{name}`: {rule}"),
    ))
}

fn with_sign(
    cx: &mut Lower<'_>,
    name: &str,
    ty: Option<Type>,
    signed: bool,
    span: Span,
) -> Option<Result<TemplateArgValue>> {
    let ty = ty.filter(|t| t.element().is_some_and(Scalar::is_integer));
    let Some((ty, of)) = ty.and_then(|t| t.element().map(|of| (t, of))) else {
        return Some(Err(wrong(cx, name, "it takes an integer type", span)));
    };
    let of = match (signed, unsigned(of)) {
        (false, u) => u,
        (true, Scalar::U8) => Scalar::I8,
        (true, Scalar::U16) => Scalar::I16,
        (true, Scalar::U32) => Scalar::I32,
        (true, _) => Scalar::I64,
    };
    Some(Ok(TemplateArgValue::Type(ty.with_element(of))))
}

/// A member of `numeric_limits<T>`.
fn limit(cx: &mut Lower<'_>, types: &[Type], member: &str, span: Span) -> Option<Result<TemplateArgValue>> {
    let [Type::Scalar(ty)] = types else {
        let [ty] = types else {
            return Some(Err(wrong(cx, "numeric_limits", "it takes one type", span)));
        };
        if member == "is_specialized" {
            return Some(Ok(TemplateArgValue::Value(Value::bool(false))));
        }
        let message = format!("`numeric_limits` is for number types, not `{ty}`");
        return Some(Err(cx.error(Diagnostic::error("template-arguments", span, message))));
    };
    let value = if ty.is_float() { float_limit(*ty, member) } else { integer_limit(*ty, member) };
    Some(match value {
        Some(value) => Ok(TemplateArgValue::Value(value)),
        None => {
            let message = format!("`numeric_limits` has no member `{member}`");
            Err(cx.error(Diagnostic::error("unknown-member", span, message)))
        }
    })
}

fn integer_limit(ty: Scalar, member: &str) -> Option<Value> {
    let bits = if ty == Scalar::Bool { 1 } else { 8 * ty.size() as u32 };
    let digits = bits - u32::from(ty.is_signed());
    let max = u64::MAX >> (64 - digits);
    let min = if ty.is_signed() { !max } else { 0 };
    let number = |bits: u64| Some(Value::new(Type::Scalar(ty), Part::Const(bits)));
    match member {
        "is_specialized" | "is_integer" | "is_exact" | "is_bounded" => Some(Value::bool(true)),
        "is_modulo" => Some(Value::bool(!ty.is_signed())),
        "is_signed" => Some(Value::bool(ty.is_signed())),
        "has_infinity" | "has_quiet_NaN" | "has_signaling_NaN" | "is_iec559" => Some(Value::bool(false)),
        "digits" => Some(Value::int(digits as i32)),
        "digits10" => Some(Value::int((digits * 3 / 10) as i32)),
        "radix" => Some(Value::int(2)),
        "max" => number(max),
        "min" | "lowest" => number(min),
        "epsilon" | "round_error" | "infinity" | "quiet_NaN" | "signaling_NaN" | "denorm_min" => number(0),
        _ => None,
    }
}

fn float_limit(ty: Scalar, member: &str) -> Option<Value> {
    // Mantissa bits stored, exponent bits.
    let (fraction, exponent) = match ty {
        Scalar::F16 => (10u32, 5u32),
        Scalar::BF16 => (7, 8),
        _ => (23, 8),
    };
    let bias = (1i32 << (exponent - 1)) - 1;
    let infinity = ((1u64 << exponent) - 1) << fraction;
    let sign = 1u64 << (fraction + exponent);
    let number = |bits: u64| Some(Value::new(Type::Scalar(ty), Part::Const(bits)));
    let by_type = |half: i32, bfloat: i32, float: i32| {
        Some(Value::int(match ty {
            Scalar::F16 => half,
            Scalar::BF16 => bfloat,
            _ => float,
        }))
    };
    match member {
        "is_specialized" | "is_signed" | "has_infinity" | "has_quiet_NaN" | "has_signaling_NaN"
        | "is_iec559" | "is_bounded" => Some(Value::bool(true)),
        "is_integer" | "is_exact" | "is_modulo" => Some(Value::bool(false)),
        "digits" => Some(Value::int(fraction as i32 + 1)),
        "digits10" => by_type(3, 2, 6),
        "max_digits10" => by_type(5, 4, 9),
        "radix" => Some(Value::int(2)),
        "min_exponent" => Some(Value::int(2 - bias)),
        "max_exponent" => Some(Value::int(bias + 1)),
        "min_exponent10" => by_type(-4, -37, -37),
        "max_exponent10" => by_type(4, 38, 38),
        "max" => number(infinity - 1),
        "lowest" => number(sign | (infinity - 1)),
        "min" => number(1 << fraction),
        "epsilon" => number(((bias - fraction as i32) as u64) << fraction),
        "round_error" => number(ir::scalar::from_f64(ty, 0.5)),
        "infinity" => number(infinity),
        "quiet_NaN" => number(infinity | 1 << (fraction - 1)),
        "signaling_NaN" => number(infinity | 1 << (fraction - 2)),
        "denorm_min" => number(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_types() {
        let bits = |ty: Scalar, member: &str| {
            let value = if ty.is_float() { float_limit(ty, member) } else { integer_limit(ty, member) };
            value.and_then(|v| v.as_constant())
        };
        assert_eq!(bits(Scalar::F32, "max"), Some(f32::MAX.to_bits().into()));
        assert_eq!(bits(Scalar::F32, "lowest"), Some(f32::MIN.to_bits().into()));
        assert_eq!(bits(Scalar::F32, "min"), Some(f32::MIN_POSITIVE.to_bits().into()));
        assert_eq!(bits(Scalar::F32, "epsilon"), Some(f32::EPSILON.to_bits().into()));
        assert_eq!(bits(Scalar::F32, "quiet_NaN"), Some(f32::NAN.to_bits().into()));
        assert_eq!(bits(Scalar::F16, "max"), Some(0x7bff));
        assert_eq!(bits(Scalar::F16, "epsilon"), Some(0x1400));
        assert_eq!(bits(Scalar::BF16, "epsilon"), Some(0x3c00));
        assert_eq!(bits(Scalar::BF16, "infinity"), Some(0x7f80));
        assert_eq!(bits(Scalar::I8, "min"), Some(i8::MIN as u64));
        assert_eq!(bits(Scalar::I64, "max"), Some(i64::MAX as u64));
        assert_eq!(bits(Scalar::U64, "max"), Some(u64::MAX));
        assert_eq!(bits(Scalar::Bool, "max"), Some(1));
        assert_eq!(bits(Scalar::U16, "nonsense"), None);
    }
}
