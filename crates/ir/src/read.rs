//! Reads a kernel from its printed text; the grammar is shown in `print.rs`.
//!
//! `read(&kernel.text_with_spans())` is `kernel` again, and `read(&kernel.to_string())` is `kernel` without its
//! spans. Reading checks the grammar only: handles may name things that do not exist and types may disagree, so that
//! the verifier can be tested with text. Any text is safe to read: nothing here recurses, and what is allocated is
//! in proportion to the text.

mod cursor;
mod op;

use crate::print::words;
use crate::verify::MAX_NESTING;
use crate::{
    Array, Block, Buffer, Inst, Kernel, LabelId, Scalar, Space, Stmt, Table, Type, ValueId, Var, VarId,
};
use cursor::Cursor;
use emberforge_base::Span;
use std::fmt;

/// Why a text is not a kernel, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    line: usize,
    column: usize,
    message: String,
}

impl ReadError {
    /// Line, counted from one.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column, counted from one in characters.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ReadError {}

type Result<T> = std::result::Result<T, ReadError>;

/// Reads one kernel.
pub fn read(text: &str) -> std::result::Result<Kernel, ReadError> {
    let mut reader = Reader {
        text: Cursor { text, at: 0 },
        kernel: Kernel::default(),
        insts: Vec::new(),
        next: 0,
        labels_seen: 0,
    };
    let text = &mut reader.text;
    text.lines();
    text.expect_word("kernel")?;
    reader.kernel.name = text.name()?;
    text.expect("{")?;
    let labels = reader.header()?;
    reader.body()?;
    reader.text.lines();
    if !reader.text.rest().is_empty() {
        return reader.text.expected("the end of the text");
    }
    reader.kernel.labels = labels.unwrap_or(reader.labels_seen);
    reader.number_insts()?;
    Ok(reader.kernel)
}

struct Reader<'t> {
    text: Cursor<'t>,
    kernel: Kernel,
    /// Instructions in the order of the text, with number and position.
    insts: Vec<(u32, usize, Inst)>,
    /// The number of an instruction that is written without one.
    next: u32,
    /// One more than the highest label of a loop or block.
    labels_seen: u32,
}

/// A statement list whose `}` has not come yet.
enum Open {
    Body,
    Then { cond: ValueId, span: Span },
    Else { cond: ValueId, then: Block, span: Span },
    Loop { label: LabelId, span: Span },
    Block { label: LabelId },
}

impl Reader<'_> {
    /// Reads the declarations; yields the number of labels if stated.
    fn header(&mut self) -> Result<Option<u32>> {
        let mut labels = None;
        loop {
            self.text.lines();
            let start = self.text.at;
            if self.text.eat("$") {
                let index = self.text.number()?;
                self.text.expect(":")?;
                self.sequential(start, "variable", index, self.kernel.vars.len())?;
                let ty = self.ty()?;
                let name = self.text.name()?;
                self.kernel.vars.push(Var { name, ty });
                self.text.end()?;
                continue;
            }
            let word = self.text.word();
            let object = if matches!(word, "threadgroup" | "thread") { self.text.word() } else { word };
            let kind = object.trim_end_matches(|c: char| c.is_ascii_digit());
            let index = object[kind.len()..].parse().ok();
            match (word, kind, index) {
                ("labels", ..) => labels = Some(self.text.number()?),
                // An instruction may begin with the same words; the colon tells.
                (_, "buffer" | "table" | "array", Some(index)) if self.text.eat(":") => {
                    self.object(start, word, kind, index)?;
                }
                _ => {
                    self.text.at = start;
                    return Ok(labels);
                }
            }
            self.text.end()?;
        }
    }

    fn object(&mut self, start: usize, word: &str, kind: &str, index: u32) -> Result<()> {
        let kernel = &self.kernel;
        let expected = match (kind, word) {
            ("buffer", _) => kernel.buffers.len(),
            ("table", _) => kernel.tables.len(),
            (_, "threadgroup") => kernel.threadgroup.len(),
            (_, "thread") => kernel.private.len(),
            _ => return self.text.error_at(start, "expected `threadgroup` or `thread` before `array`"),
        };
        self.sequential(start, kind, index, expected)?;
        match kind {
            "buffer" => {
                let space = self.space()?;
                let writable = self.text.eat("write");
                if !writable && !self.text.eat("read") {
                    return self.text.expected("`read` or `write`");
                }
                let name = self.text.name()?;
                self.kernel.buffers.push(Buffer { name, space, writable });
            }
            "table" => {
                let name = self.text.name()?;
                self.text.expect("=")?;
                let data = self.text.hex()?;
                self.kernel.tables.push(Table { name, data });
            }
            _ => {
                let name = self.text.name()?;
                let bytes = self.text.number()?;
                self.text.expect_word("bytes")?;
                self.text.expect_word("cell")?;
                let cell = self.text.number()?;
                let span = self.text.span()?;
                let list =
                    if word == "thread" { &mut self.kernel.private } else { &mut self.kernel.threadgroup };
                list.push(Array { name, bytes, cell, span });
            }
        }
        Ok(())
    }

    fn sequential(&self, at: usize, kind: &str, index: u32, expected: usize) -> Result<()> {
        if index as usize == expected {
            return Ok(());
        }
        self.text
            .error_at(at, format!("expected {kind} number {expected}, found {index}: they stand in order"))
    }

    fn space(&mut self) -> Result<Space> {
        self.text.blanks();
        let start = self.text.at;
        match words::find_space(self.text.word()) {
            Some(space) => Ok(space),
            None => {
                self.text.at = start;
                self.text.expected("an address space")
            }
        }
    }

    fn ty(&mut self) -> Result<Type> {
        self.text.blanks();
        let start = self.text.at;
        let word = self.text.word();
        if let Some(scalar) = Scalar::ALL.into_iter().find(|s| s.name() == word) {
            return Ok(Type::Scalar(scalar));
        }
        match words::find_space(word) {
            Some(space) => {
                self.text.expect("*")?;
                Ok(Type::Pointer(space))
            }
            None => {
                self.text.at = start;
                self.text.expected("a type")
            }
        }
    }

    /// Reads the statements up to the kernel's `}`.
    fn body(&mut self) -> Result<()> {
        let mut open = vec![(Open::Body, Block::new())];
        while let Some((kind, list)) = open.last_mut() {
            self.text.lines();
            if !self.text.eat("}") {
                let start = self.text.at;
                match self.statement(list)? {
                    None => self.text.end()?,
                    Some(_) if open.len() > MAX_NESTING => {
                        return self.text.error_at(start, format!("nested deeper than {MAX_NESTING} levels"));
                    }
                    Some(inner) => open.push((inner, Block::new())),
                }
                continue;
            }
            let done = std::mem::take(list);
            let stmt = match std::mem::replace(kind, Open::Body) {
                Open::Body => {
                    self.kernel.body = done;
                    return Ok(());
                }
                Open::Then { cond, span } => {
                    if self.text.eat("else") {
                        self.text.expect("{")?;
                        *kind = Open::Else { cond, then: done, span };
                        continue;
                    }
                    Stmt::If { cond, then: done, otherwise: Block::new(), span }
                }
                Open::Else { cond, then, span } => Stmt::If { cond, then, otherwise: done, span },
                Open::Loop { label, span } => Stmt::Loop { label, body: done, span },
                Open::Block { label } => Stmt::Block { label, body: done },
            };
            open.pop();
            if let Some((_, list)) = open.last_mut() {
                list.push(stmt);
            }
            self.text.end()?;
        }
        Ok(())
    }

    /// Reads one statement onto `list`, or the beginning of one that contains others.
    fn statement(&mut self, list: &mut Block) -> Result<Option<Open>> {
        let start = self.text.at;
        if self.text.rest().starts_with('%') {
            let number = self.text.handle("%")?;
            let ty = if self.text.eat(":") { Some(self.ty()?) } else { None };
            self.text.expect("=")?;
            let value = self.inst(start, number, ty)?;
            list.push(Stmt::Inst(value));
            return Ok(None);
        }
        let stmt = match self.text.word() {
            "declare" => Stmt::Declare(VarId(self.text.handle("$")?)),
            "set" => {
                let var = VarId(self.text.handle("$")?);
                self.text.expect("=")?;
                Stmt::Set(var, ValueId(self.text.handle("%")?))
            }
            "break" => Stmt::Break(LabelId(self.text.handle("@")?)),
            "return" => Stmt::Return,
            "place" => Stmt::Inst(ValueId(self.text.handle("%")?)),
            "if" => {
                let cond = ValueId(self.text.handle("%")?);
                let span = self.text.span()?;
                self.text.expect("{")?;
                return Ok(Some(Open::Then { cond, span }));
            }
            "loop" => {
                let label = self.label()?;
                let span = self.text.span()?;
                self.text.expect("{")?;
                return Ok(Some(Open::Loop { label, span }));
            }
            "block" => {
                let label = self.label()?;
                self.text.expect("{")?;
                return Ok(Some(Open::Block { label }));
            }
            "unplaced" => {
                self.unplaced()?;
                return Ok(None);
            }
            _ => {
                self.text.at = start;
                Stmt::Inst(self.inst(start, self.next, None)?)
            }
        };
        list.push(stmt);
        Ok(None)
    }

    fn label(&mut self) -> Result<LabelId> {
        let label = self.text.handle("@")?;
        self.labels_seen = self.labels_seen.max(label.saturating_add(1));
        Ok(LabelId(label))
    }

    fn inst(&mut self, start: usize, number: u32, ty: Option<Type>) -> Result<ValueId> {
        let op = op::op(&mut self.text, ty)?;
        let span = self.text.span()?;
        self.insts.push((number, start, Inst { op, ty, span }));
        self.next = number.saturating_add(1);
        Ok(ValueId(number))
    }

    /// `unplaced { ... }`: instructions that stand in no statement.
    fn unplaced(&mut self) -> Result<()> {
        self.text.expect("{")?;
        loop {
            self.text.lines();
            if self.text.eat("}") {
                return Ok(());
            }
            let mut list = Block::new();
            let start = self.text.at;
            let before = self.insts.len();
            let word = self.text.word();
            self.text.at = start;
            if word == "unplaced" || self.statement(&mut list)?.is_some() || self.insts.len() == before {
                return self.text.error_at(start, "`unplaced` holds instructions only");
            }
            self.text.end()?;
        }
    }

    /// Moves the instructions to their numbers.
    fn number_insts(&mut self) -> Result<()> {
        let count = self.insts.len();
        let mut arena: Vec<Option<Inst>> = vec![None; count];
        for (number, at, inst) in std::mem::take(&mut self.insts) {
            match arena.get_mut(number as usize) {
                None => {
                    let message = format!(
                        "instruction %{number} among {count} instructions: they are numbered without gaps from %0"
                    );
                    return self.text.error_at(at, message);
                }
                Some(Some(_)) => {
                    let message =
                        format!("instruction %{number} is written twice; a further mention is `place`");
                    return self.text.error_at(at, message);
                }
                Some(empty) => *empty = Some(inst),
            }
        }
        // As many numbers as places, each in range and none twice: all are taken.
        self.kernel.insts = arena.into_iter().flatten().collect();
        Ok(())
    }
}
