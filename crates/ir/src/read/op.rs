//! Reads what stands to the right of an instruction's `=`.

use super::ReadError;
use super::cursor::{Cursor, shorten};
use crate::print::{literal_bits, words};
use crate::{ArrayId, Attribute, BufferId, MemoryFlags, Op, TableId, Type, ValueId, VarId};

type Result<T> = std::result::Result<T, ReadError>;

/// Reads an operation; `ty`, the result type written before it, is the type of a literal.
pub(super) fn op(text: &mut Cursor<'_>, ty: Option<Type>) -> Result<Op> {
    text.blanks();
    let start = text.at;
    let word = text.word();
    if let Some(op) = plain(text, word, ty)? {
        return Ok(op);
    }
    if let Some((head, tail)) = word.split_once('.')
        && let Some(op) = dotted(text, head, tail)?
    {
        return Ok(op);
    }
    if let Some(op) = object(word) {
        return Ok(op);
    }
    text.at = start;
    if word.is_empty() {
        text.expected("an instruction")
    } else {
        text.error(format!("unknown instruction `{}`", shorten(word)))
    }
}

/// Operations of one word without a dot.
fn plain(text: &mut Cursor<'_>, word: &str, ty: Option<Type>) -> Result<Option<Op>> {
    let op = match word {
        "const" => Op::Const(constant(text, ty)?),
        "threadgroup" => Op::ThreadgroupArray(ArrayId(text.handle("array")?)),
        "thread" => Op::PrivateArray(ArrayId(text.handle("array")?)),
        "attribute" => attribute(text)?,
        "get" => Op::Get(VarId(text.handle("$")?)),
        "offset" => {
            let [base, index] = values(text)?;
            text.expect("*")?;
            Op::Offset { base, index, scale: text.number()? }
        }
        "select" => values(text).map(|[a, b, c]| Op::Select(a, b, c))?,
        "fma" => values(text).map(|[a, b, c]| Op::Fma(a, b, c))?,
        "convert" => Op::Convert(value(text)?),
        "bitcast" => Op::Bitcast(value(text)?),
        "address" => Op::Address(value(text)?),
        "load" => Op::Load(value(text)?),
        "store" => values(text).map(|[pointer, value]| Op::Store(pointer, value))?,
        _ => {
            if let Some(op) = words::find_binary(word) {
                values(text).map(|[a, b]| Op::Binary(op, a, b))?
            } else if let Some(op) = words::find_compare(word) {
                values(text).map(|[a, b]| Op::Compare(op, a, b))?
            } else if let Some(op) = words::find_unary(word) {
                Op::Unary(op, value(text)?)
            } else if let Some(op) = words::find_math(word) {
                let a = value(text)?;
                Op::Math(op, a, if text.eat(",") { Some(value(text)?) } else { None })
            } else {
                return Ok(None);
            }
        }
    };
    Ok(Some(op))
}

/// Operations written `head.tail`.
fn dotted(text: &mut Cursor<'_>, head: &str, tail: &str) -> Result<Option<Op>> {
    if head == "atomic"
        && let Some(op) = words::find_atomic(tail)
    {
        let pointer = value(text)?;
        let (mut operand, mut expected) = (None, None);
        if text.eat(",") {
            if !text.eat("expected") {
                operand = Some(value(text)?);
            }
            if operand.is_none() {
                expected = Some(value(text)?);
            } else if text.eat(",") {
                text.expect_word("expected")?;
                expected = Some(value(text)?);
            }
        }
        return Ok(Some(Op::Atomic { op, pointer, value: operand, expected }));
    }
    if let (Some(group), Some(op)) = (words::find_group(head), words::find_lane(tail)) {
        let (mut a, mut b) = (None, None);
        if text.eat("_") {
            text.expect(",")?;
            b = Some(value(text)?);
        } else if text.eat("%") {
            a = Some(ValueId(text.number()?));
            if text.eat(",") {
                b = Some(value(text)?);
            }
        }
        return Ok(Some(Op::Lane { op, group, a, b }));
    }
    if head == "matrix_multiply"
        && let Ok(element) = tail.parse()
    {
        let [a0, a1, b0, b1, c] = values(text)?;
        return Ok(Some(Op::MatrixMultiply { element, a: [a0, a1], b: [b0, b1], c }));
    }
    if head == "barrier"
        && let Some(scope) = words::find_barrier(tail)
    {
        let device = text.eat("device");
        return Ok(Some(Op::Barrier(scope, MemoryFlags { device, threadgroup: text.eat("threadgroup") })));
    }
    Ok(None)
}

/// `buffer3` and `table3`.
fn object(word: &str) -> Option<Op> {
    let number = |prefix| -> Option<u32> {
        let digits: &str = word.strip_prefix(prefix)?;
        if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    number("buffer").map(|n| Op::Buffer(BufferId(n))).or_else(|| Some(Op::Table(TableId(number("table")?))))
}

fn attribute(text: &mut Cursor<'_>) -> Result<Op> {
    text.blanks();
    let start = text.at;
    let word = text.word();
    let (name, axis) = word.split_once('.').unwrap_or((word, "x"));
    let attribute = Attribute::ALL.into_iter().find(|a| a.name() == name);
    let axis = match axis {
        "x" => Some(0),
        "y" => Some(1),
        "z" => Some(2),
        _ => axis.parse().ok(),
    };
    match (attribute, axis) {
        (Some(attribute), Some(axis)) => Ok(Op::Attribute(attribute, axis)),
        _ => text.error_at(start, format!("unknown attribute `{}`", shorten(word))),
    }
}

fn constant(text: &mut Cursor<'_>, ty: Option<Type>) -> Result<u64> {
    text.blanks();
    let start = text.at;
    let literal = text.literal();
    if literal == "bits" {
        text.expect("0x")?;
        let start = text.at;
        let digits = text.literal();
        let bits = if digits.starts_with('+') { None } else { u64::from_str_radix(digits, 16).ok() };
        return bits.map_or_else(|| text.error_at(start, "expected at most 16 hex digits"), Ok);
    }
    let Some(scalar) = ty.and_then(Type::scalar) else {
        return text.error_at(start, "a literal needs a scalar type before it; write `const bits 0x...`");
    };
    match literal_bits(literal, scalar) {
        Some(bits) => Ok(bits),
        None => {
            let way = if scalar.is_float() { "; NaN is written `const bits 0x...`" } else { "" };
            text.error_at(
                start,
                format!("`{}` is no literal of type {}{way}", shorten(literal), scalar.name()),
            )
        }
    }
}

fn value(text: &mut Cursor<'_>) -> Result<ValueId> {
    text.handle("%").map(ValueId)
}

/// `N` values with commas between.
fn values<const N: usize>(text: &mut Cursor<'_>) -> Result<[ValueId; N]> {
    let mut list = [ValueId(0); N];
    for (i, place) in list.iter_mut().enumerate() {
        if i > 0 {
            text.expect(",")?;
        }
        *place = value(text)?;
    }
    Ok(list)
}
