//! `pack_float_to_unorm4x8` and its family: normalised fixed-point numbers packed into an integer.

use super::super::types::Type;
use super::super::value::{Part, Poison, Result, Value};
use super::args::{Call, shape};
use super::each::Scalars;
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, MathOp, Scalar};

/// A packed format: its name in the functions, the widths of its fields from the lowest bit, signed or not.
struct Format {
    name: &'static str,
    fields: &'static [u32],
    signed: bool,
    srgb: bool,
}

const FORMATS: &[Format] = &[
    Format { name: "unorm4x8", fields: &[8, 8, 8, 8], signed: false, srgb: false },
    Format { name: "snorm4x8", fields: &[8, 8, 8, 8], signed: true, srgb: false },
    Format { name: "srgb_unorm4x8", fields: &[8, 8, 8, 8], signed: false, srgb: true },
    Format { name: "unorm2x16", fields: &[16, 16], signed: false, srgb: false },
    Format { name: "snorm2x16", fields: &[16, 16], signed: true, srgb: false },
    Format { name: "unorm10a2", fields: &[10, 10, 10, 2], signed: false, srgb: false },
    // Red is the highest field.
    Format { name: "unorm565", fields: &[5, 6, 5], signed: false, srgb: false },
];

/// The names with what they are: format, component type, packing or unpacking.
const FUNCTIONS: &[(&str, &str, Scalar, bool)] = &[
    ("pack_float_to_unorm4x8", "unorm4x8", Scalar::F32, true),
    ("pack_float_to_snorm4x8", "snorm4x8", Scalar::F32, true),
    ("pack_float_to_srgb_unorm4x8", "srgb_unorm4x8", Scalar::F32, true),
    ("pack_float_to_unorm2x16", "unorm2x16", Scalar::F32, true),
    ("pack_float_to_snorm2x16", "snorm2x16", Scalar::F32, true),
    ("pack_float_to_unorm10a2", "unorm10a2", Scalar::F32, true),
    ("pack_float_to_unorm565", "unorm565", Scalar::F32, true),
    ("pack_half_to_unorm4x8", "unorm4x8", Scalar::F16, true),
    ("pack_half_to_snorm4x8", "snorm4x8", Scalar::F16, true),
    ("pack_half_to_srgb_unorm4x8", "srgb_unorm4x8", Scalar::F16, true),
    ("pack_half_to_unorm2x16", "unorm2x16", Scalar::F16, true),
    ("pack_half_to_snorm2x16", "snorm2x16", Scalar::F16, true),
    ("pack_half_to_unorm10a2", "unorm10a2", Scalar::F16, true),
    ("pack_half_to_unorm565", "unorm565", Scalar::F16, true),
    ("unpack_unorm4x8_to_float", "unorm4x8", Scalar::F32, false),
    ("unpack_snorm4x8_to_float", "snorm4x8", Scalar::F32, false),
    ("unpack_unorm4x8_srgb_to_float", "srgb_unorm4x8", Scalar::F32, false),
    ("unpack_unorm2x16_to_float", "unorm2x16", Scalar::F32, false),
    ("unpack_snorm2x16_to_float", "snorm2x16", Scalar::F32, false),
    ("unpack_unorm10a2_to_float", "unorm10a2", Scalar::F32, false),
    ("unpack_unorm565_to_float", "unorm565", Scalar::F32, false),
    ("unpack_unorm4x8_to_half", "unorm4x8", Scalar::F16, false),
    ("unpack_snorm4x8_to_half", "snorm4x8", Scalar::F16, false),
    ("unpack_unorm4x8_srgb_to_half", "srgb_unorm4x8", Scalar::F16, false),
    ("unpack_unorm2x16_to_half", "unorm2x16", Scalar::F16, false),
    ("unpack_snorm2x16_to_half", "snorm2x16", Scalar::F16, false),
    ("unpack_unorm10a2_to_half", "unorm10a2", Scalar::F16, false),
    ("unpack_unorm565_to_half", "unorm565", Scalar::F16, false),
];

/// Every name.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|f| f.0)
}

/// Lowers a call.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    let found = FUNCTIONS.iter().find(|f| f.0 == call.name);
    let Some((_, format, ty, pack)) = found else { return Err(Poison) };
    let Some(format) = FORMATS.iter().find(|f| f.name == *format) else { return Err(Poison) };
    let n = format.fields.len();
    let total: u32 = format.fields.iter().sum();
    let packed = if total == 16 { Scalar::U16 } else { Scalar::U32 };
    call.arity(
        1,
        1,
        &format!(
            "{} {}({})",
            if *pack { "uint" } else { "floatN" },
            call.name,
            if *pack { "floatN x" } else { "uint x" }
        ),
    )?;
    if *pack {
        let wanted = format!("a vector of {n} numbers");
        if call.args[0].place.ty.as_vector().is_none_or(|(_, m)| usize::from(m) != n) {
            return Err(call.refuse(0, &wanted));
        }
        let x = call.components(0, Scalar::F32, n, &wanted)?;
        let mut s = Scalars::new(call.cx, Scalar::F32, call.span);
        let word = pack_word(&mut s, &x, format);
        let word = s.of(Scalar::U32).to(packed, word);
        return Ok(Value::new(Type::Scalar(packed), word));
    }
    let word = call.scalar(0, Scalar::U32, "a packed number of type `uint`")?;
    let mut s = Scalars::new(call.cx, Scalar::F32, call.span);
    let parts: Vec<Part> = unpack_word(&mut s, word, format).into_iter().map(|p| s.to(*ty, p)).collect();
    Ok(Value::new(shape(*ty, Some(n as u8)), parts))
}

/// Shift of each component's field.
fn shifts(format: &Format) -> Vec<u32> {
    let ends = format.fields.iter().scan(0, |end, width| {
        *end += width;
        Some(*end - width)
    });
    let mut list: Vec<u32> = ends.collect();
    if format.name == "unorm565" {
        list.reverse();
    }
    list
}

fn pack_word(s: &mut Scalars<'_, '_>, x: &[Part], format: &Format) -> Part {
    let mut word = Part::Const(0);
    for (i, (&x, shift)) in x.iter().zip(shifts(format)).enumerate() {
        let width = format.fields[i];
        let x = if format.srgb && i < 3 { to_srgb(s, x) } else { x };
        let low = s.number(if format.signed { -1.0 } else { 0.0 });
        let (one, scale) = (s.number(1.0), s.number(scale(width, format.signed)));
        let clamped = super::common::clamp(s, x, low, one);
        let scaled = s.mul(clamped, scale);
        let whole = s.math(MathOp::Rint, scaled, None);
        let bits = s.to(Scalar::I32, whole);
        let bits = s.of(Scalar::I32).to(Scalar::U32, bits);
        let mut w = s.of(Scalar::U32);
        let mask = w.integer(mask(width));
        let bits = w.binary(BinaryOp::And, bits, mask);
        let shift = w.integer(shift.into());
        let bits = w.binary(BinaryOp::Shl, bits, shift);
        word = w.binary(BinaryOp::Or, word, bits);
    }
    word
}

fn unpack_word(s: &mut Scalars<'_, '_>, word: Part, format: &Format) -> Vec<Part> {
    let mut parts = Vec::new();
    for (i, shift) in shifts(format).into_iter().enumerate() {
        let width = format.fields[i];
        let number = if format.signed {
            // To the top and back, extending the sign.
            let mut w = s.of(Scalar::U32);
            let up = w.integer((32 - width - shift).into());
            let top = w.binary(BinaryOp::Shl, word, up);
            let top = w.to(Scalar::I32, top);
            let mut w = s.of(Scalar::I32);
            let down = w.integer((32 - width).into());
            let number = w.binary(BinaryOp::Shr, top, down);
            w.to(Scalar::F32, number)
        } else {
            let mut w = s.of(Scalar::U32);
            let (shift, mask) = (w.integer(shift.into()), w.integer(mask(width)));
            let bits = w.binary(BinaryOp::Shr, word, shift);
            let bits = w.binary(BinaryOp::And, bits, mask);
            w.to(Scalar::F32, bits)
        };
        let scale = s.number(scale(width, format.signed));
        let mut x = s.div(number, scale);
        if format.signed {
            let low = s.number(-1.0);
            x = s.max(x, low);
        }
        parts.push(if format.srgb && i < 3 { from_srgb(s, x) } else { x });
    }
    parts
}

fn mask(width: u32) -> i64 {
    (1 << width) - 1
}

/// The integer that stands for 1.
fn scale(width: u32, signed: bool) -> f64 {
    mask(width - u32::from(signed)) as f64
}

fn to_srgb(s: &mut Scalars<'_, '_>, x: Part) -> Part {
    let (edge, slope) = (s.number(0.0031308), s.number(12.92));
    let (a, b, power) = (s.number(1.055), s.number(0.055), s.number(1.0 / 2.4));
    let dark = s.compare(CompareOp::Lt, x, edge);
    let line = s.mul(slope, x);
    let root = s.math(MathOp::Pow, x, Some(power));
    let scaled = s.mul(a, root);
    let curve = s.sub(scaled, b);
    s.select(dark, line, curve)
}

fn from_srgb(s: &mut Scalars<'_, '_>, x: Part) -> Part {
    let (edge, slope) = (s.number(0.04045), s.number(12.92));
    let (a, b, power) = (s.number(1.055), s.number(0.055), s.number(2.4));
    let dark = s.compare(CompareOp::Le, x, edge);
    let line = s.div(x, slope);
    let raised = s.add(x, b);
    let base = s.div(raised, a);
    let curve = s.math(MathOp::Pow, base, Some(power));
    s.select(dark, line, curve)
}
