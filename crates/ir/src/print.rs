//! Prints a kernel as text that [`read`](crate::read) reads back.
//!
//! ```text
//! kernel scale {
//!   buffer0: constant read x
//!   buffer1: device write y
//!   table0: twiddle = hex"0000803f"
//!   threadgroup array0: tile 1024 bytes cell 4
//!   thread array0: acc 16 bytes cell 4
//!   $0: u32 i
//!
//!   %0: u32 = attribute thread_position_in_grid.x
//!   %1: device* = buffer1
//!   declare $0
//!   set $0 = %0
//!   loop @0 {
//!     %2: bool = const true
//!     if %2 {
//!       break @0
//!     } else {
//!       return
//!     }
//!   }
//!   store %1, %0
//! }
//! ```
//!
//! One statement stands on one line. An instruction without result has no `%n =` in front when its number is the
//! one after the previously printed instruction's, which is the usual case; so every instruction's number is in the
//! text or follows from it. Constants print in their type's notation (`const -3`, `const 0.1`, `const inf`) when that
//! reads back to the same bits, else as `const bits 0x7fc00001`. Names print bare when they are identifiers, else as
//! quoted strings. A comment runs from `//` to the end of the line; [`Kernel::annotated`] writes problems so.
//!
//! Broken kernels print too, since that is when one wants to see them: a second mention of an instruction prints as
//! `place %n`, and instructions that stand nowhere follow the body under `unplaced`. It promises nothing about names
//! out of range but to print them, and uses no recursion, so that no kernel can exhaust its stack.

pub(crate) mod words;

use crate::{Array, Inst, Kernel, Op, Problem, Scalar, Stmt, Type, ValueId};
use emberforge_base::{SourceId, Span};
use half::{bf16, f16};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};

/// The span of what has none, in text and in tests.
pub(crate) const NO_SPAN: Span = Span::new(SourceId::new(0), 0, 0);

/// A line of the printed text, for notes to stand under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// The first line.
    Kernel,
    /// A buffer.
    Buffer(u32),
    /// A table.
    Table(u32),
    /// A threadgroup array.
    Threadgroup(u32),
    /// A thread array.
    Private(u32),
    /// A variable.
    Var(u32),
    /// A statement, counted in the order of the text: an `if` before what it contains.
    Stmt(u32),
    /// An instruction that stands in no statement.
    Unplaced(u32),
}

/// Notes to print under lines.
pub(crate) type Notes<'a> = BTreeMap<Place, Vec<&'a str>>;

impl Display for Kernel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        print(self, false, &Notes::new(), f)
    }
}

impl Kernel {
    /// The text with every span (`!src0:12..20` at the end of a line), which reads back to an equal kernel.
    pub fn text_with_spans(&self) -> String {
        Printed { kernel: self, spans: true, notes: &Notes::new() }.to_string()
    }

    /// The text with each problem as a comment under the line it is about.
    pub fn annotated(&self, problems: &[Problem]) -> String {
        let mut notes = Notes::new();
        for problem in problems {
            notes.entry(problem.place()).or_default().push(problem.message());
        }
        Printed { kernel: self, spans: false, notes: &notes }.to_string()
    }
}

struct Printed<'a> {
    kernel: &'a Kernel,
    spans: bool,
    notes: &'a Notes<'a>,
}

impl Display for Printed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        print(self.kernel, self.spans, self.notes, f)
    }
}

/// Prints `kernel`, with its spans where `spans` is set and each note of `notes` under its line.
pub(crate) fn print(kernel: &Kernel, spans: bool, notes: &Notes<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let mut printer = Printer {
        kernel,
        spans,
        notes,
        placed: vec![false; kernel.insts.len()],
        next: 0,
        statements: 0,
        depth: 1,
        f,
    };
    printer.header()?;
    printer.body()?;
    printer.unplaced()?;
    writeln!(printer.f, "}}")
}

struct Printer<'a, 'b> {
    kernel: &'a Kernel,
    spans: bool,
    notes: &'a Notes<'a>,
    /// Instructions printed so far.
    placed: Vec<bool>,
    /// The number an instruction has that prints without one.
    next: u32,
    /// Statements printed so far.
    statements: u32,
    depth: usize,
    f: &'a mut Formatter<'b>,
}

/// What follows when a statement list that is being printed ends.
enum Then<'a> {
    /// Nothing: it is the kernel's body.
    End,
    /// `} else {` and this list, when it is not empty.
    Else(&'a [Stmt]),
    /// `}`.
    Close,
}

impl Printer<'_, '_> {
    fn header(&mut self) -> fmt::Result {
        let kernel = self.kernel;
        writeln!(self.f, "kernel {} {{", Name(&kernel.name))?;
        self.note(Place::Kernel)?;
        for (i, buffer) in (0..).zip(&kernel.buffers) {
            let access = if buffer.writable { "write" } else { "read" };
            let space = words::space(buffer.space);
            writeln!(self.f, "  buffer{i}: {space} {access} {}", Name(&buffer.name))?;
            self.note(Place::Buffer(i))?;
        }
        for (i, table) in (0..).zip(&kernel.tables) {
            write!(self.f, "  table{i}: {} = hex\"", Name(&table.name))?;
            table.data.iter().try_for_each(|byte| write!(self.f, "{byte:02x}"))?;
            writeln!(self.f, "\"")?;
            self.note(Place::Table(i))?;
        }
        for (i, array) in (0..).zip(&kernel.threadgroup) {
            self.array("threadgroup", i, array)?;
            self.note(Place::Threadgroup(i))?;
        }
        for (i, array) in (0..).zip(&kernel.private) {
            self.array("thread", i, array)?;
            self.note(Place::Private(i))?;
        }
        for (i, var) in (0..).zip(&kernel.vars) {
            writeln!(self.f, "  ${i}: {} {}", TypeText(var.ty), Name(&var.name))?;
            self.note(Place::Var(i))?;
        }
        if kernel.labels != labels_in_text(&kernel.body) {
            writeln!(self.f, "  labels {}", kernel.labels)?;
        }
        let declares = kernel.buffers.len()
            + kernel.tables.len()
            + kernel.threadgroup.len()
            + kernel.private.len()
            + kernel.vars.len();
        if declares > 0 { writeln!(self.f) } else { Ok(()) }
    }

    fn array(&mut self, space: &str, index: u32, array: &Array) -> fmt::Result {
        let Array { name, bytes, cell, span } = array;
        write!(self.f, "  {space} array{index}: {} {bytes} bytes cell {cell}", Name(name))?;
        self.end_line(Some(*span))
    }

    fn body(&mut self) -> fmt::Result {
        let mut open = vec![(self.kernel.body.iter(), Then::End)];
        while let Some((list, _)) = open.last_mut() {
            if let Some(stmt) = list.next() {
                self.statement(stmt, &mut open)?;
                continue;
            }
            match open.pop() {
                None | Some((_, Then::End)) => break,
                Some((_, Then::Else(otherwise))) if !otherwise.is_empty() => {
                    self.depth -= 1;
                    self.indent()?;
                    writeln!(self.f, "}} else {{")?;
                    self.depth += 1;
                    open.push((otherwise.iter(), Then::Close));
                }
                Some(_) => {
                    self.depth -= 1;
                    self.indent()?;
                    writeln!(self.f, "}}")?;
                }
            }
        }
        Ok(())
    }

    /// Prints one statement's line; what it contains goes on the stack.
    fn statement<'k>(
        &mut self,
        stmt: &'k Stmt,
        open: &mut Vec<(std::slice::Iter<'k, Stmt>, Then<'k>)>,
    ) -> fmt::Result {
        let place = Place::Stmt(self.statements);
        self.statements += 1;
        self.indent()?;
        match stmt {
            Stmt::Inst(value) => self.placed_inst(*value)?,
            Stmt::Declare(var) => writeln!(self.f, "declare {var}")?,
            Stmt::Set(var, value) => writeln!(self.f, "set {var} = {value}")?,
            Stmt::Break(label) => writeln!(self.f, "break {label}")?,
            Stmt::Return => writeln!(self.f, "return")?,
            Stmt::If { cond, then, otherwise, span } => {
                write!(self.f, "if {cond}")?;
                self.open_brace(Some(*span))?;
                open.push((then.iter(), Then::Else(otherwise)));
            }
            Stmt::Loop { label, body, span } => {
                write!(self.f, "loop {label}")?;
                self.open_brace(Some(*span))?;
                open.push((body.iter(), Then::Close));
            }
            Stmt::Block { label, body } => {
                write!(self.f, "block {label}")?;
                self.open_brace(None)?;
                open.push((body.iter(), Then::Close));
            }
        }
        self.note(place)
    }

    fn placed_inst(&mut self, value: ValueId) -> fmt::Result {
        match (self.kernel.insts.get(value.index()), self.placed.get_mut(value.index())) {
            (Some(inst), Some(placed)) if !*placed => {
                *placed = true;
                self.inst(value, inst)
            }
            _ => writeln!(self.f, "place {value}"),
        }
    }

    fn inst(&mut self, value: ValueId, inst: &Inst) -> fmt::Result {
        match inst.ty {
            Some(ty) => write!(self.f, "{value}: {} = ", TypeText(ty))?,
            None if value.0 == self.next => {}
            None => write!(self.f, "{value} = ")?,
        }
        self.next = value.0.saturating_add(1);
        op(&inst.op, inst.ty, self.f)?;
        self.end_line(Some(inst.span))
    }

    fn unplaced(&mut self) -> fmt::Result {
        if self.placed.iter().all(|p| *p) {
            return Ok(());
        }
        writeln!(self.f, "  unplaced {{")?;
        let kernel = self.kernel;
        for (i, inst) in (0u32..).zip(&kernel.insts) {
            if !self.placed[i as usize] {
                write!(self.f, "    ")?;
                self.inst(ValueId(i), inst)?;
                self.note(Place::Unplaced(i))?;
            }
        }
        writeln!(self.f, "  }}")
    }

    fn open_brace(&mut self, span: Option<Span>) -> fmt::Result {
        self.depth += 1;
        self.span(span)?;
        writeln!(self.f, " {{")
    }

    fn end_line(&mut self, span: Option<Span>) -> fmt::Result {
        self.span(span)?;
        writeln!(self.f)
    }

    fn span(&mut self, span: Option<Span>) -> fmt::Result {
        match span {
            Some(span) if self.spans && span != NO_SPAN => {
                write!(self.f, " !src{}:{}..{}", span.source.index(), span.start, span.end)
            }
            _ => Ok(()),
        }
    }

    fn indent(&mut self) -> fmt::Result {
        // Past any depth that the verifier accepts, spaces would only make the text quadratic.
        (0..self.depth.min(100)).try_for_each(|_| self.f.write_str("  "))
    }

    fn note(&mut self, place: Place) -> fmt::Result {
        for note in self.notes.get(&place).into_iter().flatten() {
            self.indent()?;
            writeln!(self.f, "// ^ {}", note.replace('\n', " "))?;
        }
        Ok(())
    }
}

/// One more than the highest label a loop or block of `body` has: what the reader takes when the text does not say.
fn labels_in_text(body: &[Stmt]) -> u32 {
    let mut labels = 0;
    let mut open = vec![body];
    while let Some(list) = open.pop() {
        for stmt in list {
            match stmt {
                Stmt::If { then, otherwise, .. } => open.extend([then.as_slice(), otherwise]),
                Stmt::Loop { label, body, .. } | Stmt::Block { label, body } => {
                    labels = labels.max(label.0.saturating_add(1));
                    open.push(body);
                }
                _ => {}
            }
        }
    }
    labels
}

/// Prints everything to the right of the `=`.
fn op(op: &Op, ty: Option<Type>, f: &mut Formatter<'_>) -> fmt::Result {
    match *op {
        Op::Const(bits) => return constant(bits, ty, f),
        Op::Buffer(id) => return write!(f, "{id}"),
        Op::Table(id) => return write!(f, "{id}"),
        Op::ThreadgroupArray(id) => return write!(f, "threadgroup {id}"),
        Op::PrivateArray(id) => return write!(f, "thread {id}"),
        Op::Attribute(attribute, axis) => {
            write!(f, "attribute {}", attribute.name())?;
            return match axis {
                0 if !has_axes(attribute) => Ok(()),
                0..3 => write!(f, ".{}", ["x", "y", "z"][usize::from(axis)]),
                _ => write!(f, ".{axis}"),
            };
        }
        Op::Get(var) => return write!(f, "get {var}"),
        Op::Offset { base, index, scale } => return write!(f, "offset {base}, {index} * {scale}"),
        Op::Atomic { op, pointer, value, expected } => {
            write!(f, "atomic.{} {pointer}", words::atomic(op))?;
            if let Some(value) = value {
                write!(f, ", {value}")?;
            }
            return expected.map_or(Ok(()), |expected| write!(f, ", expected {expected}"));
        }
        Op::Lane { op, group, a: None, b: Some(b) } => {
            // Never valid, but printed apart from a lone first operand.
            return write!(f, "{}.{} _, {b}", words::group(group), words::lane(op));
        }
        Op::Lane { op, group, .. } => write!(f, "{}.{}", words::group(group), words::lane(op))?,
        Op::MatrixMultiply { element, .. } => write!(f, "matrix_multiply.{element}")?,
        Op::Barrier(scope, flags) => {
            write!(f, "barrier.{}", words::barrier(scope))?;
            if flags.device {
                f.write_str(" device")?;
            }
            return if flags.threadgroup { f.write_str(" threadgroup") } else { Ok(()) };
        }
        Op::Unary(op, _) => f.write_str(words::unary(op))?,
        Op::Binary(op, ..) => f.write_str(words::binary(op))?,
        Op::Compare(op, ..) => f.write_str(words::compare(op))?,
        Op::Math(op, ..) => f.write_str(words::math(op))?,
        Op::Select(..) => f.write_str("select")?,
        Op::Fma(..) => f.write_str("fma")?,
        Op::Convert(_) => f.write_str("convert")?,
        Op::Bitcast(_) => f.write_str("bitcast")?,
        Op::Address(_) => f.write_str("address")?,
        Op::Load(_) => f.write_str("load")?,
        Op::Store(..) => f.write_str("store")?,
    }
    for (i, operand) in op.operands().into_iter().enumerate() {
        write!(f, "{} {operand}", if i == 0 { "" } else { "," })?;
    }
    Ok(())
}

/// True for attributes with x, y and z.
pub(crate) const fn has_axes(attribute: crate::Attribute) -> bool {
    use crate::Attribute::*;
    matches!(
        attribute,
        ThreadPositionInGrid
            | ThreadPositionInThreadgroup
            | ThreadgroupPositionInGrid
            | ThreadsPerGrid
            | ThreadsPerThreadgroup
            | DispatchThreadsPerThreadgroup
            | ThreadgroupsPerGrid
    )
}

fn constant(bits: u64, ty: Option<Type>, f: &mut Formatter<'_>) -> fmt::Result {
    let text = ty.and_then(Type::scalar).and_then(|scalar| literal(bits, scalar));
    match text {
        Some(text) => write!(f, "const {text}"),
        None => write!(f, "const bits {bits:#x}"),
    }
}

/// `bits` in the notation of `scalar`, when that gives the same bits again.
fn literal(bits: u64, scalar: Scalar) -> Option<String> {
    let text = match scalar {
        Scalar::Bool => ["false", "true"].get(usize::try_from(bits).ok()?)?.to_string(),
        _ if scalar.is_signed() => (bits as i64).to_string(),
        _ if scalar.is_integer() => bits.to_string(),
        // Debug prints the shortest decimals that read back, with a point or an exponent.
        Scalar::F64 => format!("{:?}", f64::from_bits(bits)),
        Scalar::F32 => format!("{:?}", f32::from_bits(u32::try_from(bits).ok()?)),
        Scalar::F16 => format!("{:?}", f16::from_bits(u16::try_from(bits).ok()?).to_f32()),
        _ => format!("{:?}", bf16::from_bits(u16::try_from(bits).ok()?).to_f32()),
    };
    (literal_bits(&text, scalar) == Some(bits)).then_some(text)
}

/// The bits of a literal of type `scalar`; `None` when it is not one or is out of range.
pub(crate) fn literal_bits(text: &str, scalar: Scalar) -> Option<u64> {
    let range = |low: i64, high: i64| text.parse::<i64>().ok().filter(|v| (low..=high).contains(v));
    let signed = |low: i64, high: i64| range(low, high).map(|v| v as u64);
    // `NaN` has many bit patterns, so it is written as bits.
    let real = |v: f32| (!v.is_nan()).then_some(v);
    match scalar {
        Scalar::Bool => match text {
            "false" => Some(0),
            "true" => Some(1),
            _ => None,
        },
        Scalar::I8 => signed(i8::MIN.into(), i8::MAX.into()),
        Scalar::I16 => signed(i16::MIN.into(), i16::MAX.into()),
        Scalar::I32 => signed(i32::MIN.into(), i32::MAX.into()),
        Scalar::I64 => signed(i64::MIN, i64::MAX),
        Scalar::U8 => signed(0, u8::MAX.into()),
        Scalar::U16 => signed(0, u16::MAX.into()),
        Scalar::U32 => signed(0, u32::MAX.into()),
        Scalar::U64 => text.parse().ok(),
        Scalar::F64 => text.parse::<f64>().ok().filter(|v| !v.is_nan()).map(f64::to_bits),
        Scalar::F32 => text.parse().ok().and_then(real).map(|v| u64::from(v.to_bits())),
        Scalar::F16 => text.parse().ok().and_then(real).map(|v| u64::from(f16::from_f32(v).to_bits())),
        Scalar::BF16 => text.parse().ok().and_then(real).map(|v| u64::from(bf16::from_f32(v).to_bits())),
    }
}

/// A type's text: `f32`, `device*`.
pub(crate) struct TypeText(pub(crate) Type);

impl Display for TypeText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Type::Scalar(scalar) => f.write_str(scalar.name()),
            Type::Pointer(space) => write!(f, "{}*", words::space(space)),
        }
    }
}

/// A name's text: bare when it is an identifier, else quoted.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.0;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.chars().all(word) && name.starts_with(|c: char| !c.is_ascii_digit()) {
            return f.write_str(name);
        }
        f.write_char('"')?;
        for c in name.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                // Everything that could move the cursor or hide is spelled out.
                _ if c.is_ascii() && c.is_control() => write!(f, "{}", c.escape_unicode())?,
                _ if c.is_ascii() || c.is_alphanumeric() => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_unicode())?,
            }
        }
        f.write_char('"')
    }
}
