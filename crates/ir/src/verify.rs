//! Verifies a kernel: finds what its makers must never make.
//!
//! Checked, in this order:
//! 1. Sizes: at most 2^20 instructions, variables and labels, nesting of at most 1000, arrays not empty and within
//!    1 MiB of threadgroup and of thread memory, cells of 1, 2, 4 or 8 bytes, tables not empty and within 64 MiB.
//! 2. Handles: every value, variable, label, buffer, array and table named exists. If not, checking ends here.
//! 3. Places: each instruction stands in exactly one statement. A value is used after the statement that computes it,
//!    in the same block or one nested there, so it is computed whenever the use is reached. Each variable is declared
//!    once, before its uses, in a block around them. Each label names one loop or block, and `break` stands inside.
//! 4. Types: every operation has the operand and result types that `op.rs` documents, constants are canonical bits,
//!    conditions are `bool`, variables are set to their own type.
//! 5. Memory: buffers are device or constant, the latter read-only; no store or atomic goes to constant memory or to
//!    a pointer that plainly comes from a read-only buffer (through offsets and selects, not through variables).
//!
//! A clean result promises all of this to printers, passes and engines, which then may index by any handle, recurse
//! over statements, and assume types without looking. It says nothing about barriers under divergence, races,
//! accesses out of range or loops without end: those depend on the launch and belong to the validator.
//!
//! Time is linear in the size of the kernel.

mod types;
mod walk;

use crate::print::{NO_SPAN, Place, TypeText};
use crate::{BufferId, Kernel, LabelId, Op, Scalar, Space, Stmt, Type, ValueId, VarId};
use emberforge_base::Span;
use std::fmt;
use walk::{Event, walk};

/// Instructions, variables and labels of a kernel, each: keeps every table of the later stages small.
const MAX_COUNT: usize = 1 << 20;

/// Deepest nesting of statements: stages that recurse need this many frames, well within a thread's stack.
pub(crate) const MAX_NESTING: usize = 1000;

/// Bytes of all threadgroup arrays, and of all thread arrays. Metal allows 32 KiB of the former; an engine may allow
/// more, but a slip of a program should not ask for gigabytes.
const MAX_ARRAY_BYTES: u64 = 1 << 20;

/// Bytes of all tables.
const MAX_TABLE_BYTES: usize = 1 << 26;

/// What is wrong with a kernel, and where. A problem is a fault of whoever made the kernel, not of its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    place: Place,
    value: Option<ValueId>,
    span: Option<Span>,
    message: String,
}

impl Problem {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The instruction it is about, if it is about one.
    pub fn value(&self) -> Option<ValueId> {
        self.value
    }

    /// The user's text it comes from, or the nearest before it that is known.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// The line of the printed kernel it is about.
    pub(crate) fn place(&self) -> Place {
        self.place
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.value, self.place) {
            (Some(value), _) => write!(f, "{value}: {}", self.message),
            (None, Place::Kernel) => write!(f, "kernel: {}", self.message),
            (None, Place::Buffer(i)) => write!(f, "buffer{i}: {}", self.message),
            (None, Place::Table(i)) => write!(f, "table{i}: {}", self.message),
            (None, Place::Threadgroup(i)) => write!(f, "threadgroup array{i}: {}", self.message),
            (None, Place::Private(i)) => write!(f, "thread array{i}: {}", self.message),
            (None, Place::Var(i)) => write!(f, "${i}: {}", self.message),
            (None, Place::Stmt(i)) => write!(f, "statement {i}: {}", self.message),
            (None, Place::Unplaced(i)) => write!(f, "%{i}: {}", self.message),
        }
    }
}

/// Finds every problem of `kernel`, one check after the other, each in the order of the text; an empty list is a clean
/// result.
/// [`Kernel::annotated`] prints them between the lines.
pub fn verify(kernel: &Kernel) -> Vec<Problem> {
    let mut report = Report { problems: Vec::new(), place: Place::Kernel, value: None, span: None };
    sizes(kernel, &mut report);
    let sized = report.problems.len();
    handles(kernel, &mut report);
    // From here on every handle is in range, so that the rest may index; a table of labels that nobody could have
    // made is not allocated.
    if report.problems.len() == sized && kernel.labels as usize <= MAX_COUNT {
        places(kernel, &mut report);
    }
    report.problems
}

/// Problems so far, and where the check stands.
struct Report {
    problems: Vec<Problem>,
    place: Place,
    value: Option<ValueId>,
    span: Option<Span>,
}

impl Report {
    fn problem(&mut self, message: impl Into<String>) {
        let Report { place, value, span, .. } = *self;
        self.problems.push(Problem { place, value, span, message: message.into() });
    }

    fn check(&mut self, ok: bool, message: impl FnOnce() -> String) {
        if !ok {
            self.problem(message());
        }
    }

    fn at(&mut self, place: Place) {
        (self.place, self.value) = (place, None);
    }

    /// Moves to a statement; spans of statements without one are those of what precedes them.
    fn at_stmt(&mut self, number: u32, stmt: &Stmt, kernel: &Kernel) {
        self.at(Place::Stmt(number));
        let span = match stmt {
            Stmt::Inst(value) => {
                self.value = Some(*value);
                kernel.insts.get(value.index()).map(|inst| inst.span)
            }
            Stmt::If { span, .. } | Stmt::Loop { span, .. } => Some(*span),
            Stmt::Set(_, value) => kernel.insts.get(value.index()).map(|inst| inst.span),
            _ => None,
        };
        self.span = span.filter(|span| *span != NO_SPAN).or(self.span);
    }
}

fn sizes(kernel: &Kernel, report: &mut Report) {
    let counts = [
        ("instructions", kernel.insts.len()),
        ("variables", kernel.vars.len()),
        ("labels", kernel.labels as usize),
    ];
    for (what, count) in counts {
        report.check(count <= MAX_COUNT, || format!("{count} {what} are too many (limit {MAX_COUNT})"));
    }
    let tables: usize = kernel.tables.iter().map(|t| t.data.len()).sum();
    report.check(tables <= MAX_TABLE_BYTES, || {
        format!("{tables} bytes of tables are too many (limit {MAX_TABLE_BYTES})")
    });
    for (what, arrays) in [("threadgroup", &kernel.threadgroup), ("thread", &kernel.private)] {
        let bytes: u64 = arrays.iter().map(|a| u64::from(a.bytes)).sum();
        report.check(bytes <= MAX_ARRAY_BYTES, || {
            format!("{bytes} bytes of {what} arrays are too many (limit {MAX_ARRAY_BYTES})")
        });
    }
    for (i, buffer) in (0..).zip(&kernel.buffers) {
        report.at(Place::Buffer(i));
        match buffer.space {
            Space::Device => {}
            Space::Constant => report.check(!buffer.writable, || "constant memory cannot be written".into()),
            Space::Threadgroup | Space::Thread => {
                report.problem("a buffer lies in device or constant memory")
            }
        }
    }
    for (i, table) in (0..).zip(&kernel.tables) {
        report.at(Place::Table(i));
        report.check(!table.data.is_empty(), || "the table is empty".into());
    }
    let threadgroup = (0..).map(Place::Threadgroup).zip(&kernel.threadgroup);
    for (place, array) in threadgroup.chain((0..).map(Place::Private).zip(&kernel.private)) {
        report.at(place);
        report.span = Some(array.span).filter(|span| *span != NO_SPAN);
        report.check(array.bytes > 0, || "the array is empty".into());
        report.check(matches!(array.cell, 1 | 2 | 4 | 8), || {
            format!("a cell of {} bytes; it has to be 1, 2, 4 or 8", array.cell)
        });
    }
    report.span = None;
}

fn handles(kernel: &Kernel, report: &mut Report) {
    let mut number = 0;
    let mut too_deep = false;
    walk(&kernel.body, |depth, event| {
        let Event::Stmt(stmt) = event else { return };
        report.at_stmt(number, stmt, kernel);
        number += 1;
        if depth >= MAX_NESTING && !too_deep {
            too_deep = true;
            report.problem(format!("nested deeper than {MAX_NESTING} levels"));
        }
        match *stmt {
            Stmt::Inst(value) => match kernel.insts.get(value.index()) {
                Some(inst) => op_handles(kernel, &inst.op, report),
                None => report.problem("there is no such instruction"),
            },
            Stmt::Declare(var) => var_handle(kernel, var, report),
            Stmt::Set(var, value) => {
                var_handle(kernel, var, report);
                value_handle(kernel, value, report);
            }
            Stmt::If { cond, .. } => value_handle(kernel, cond, report),
            Stmt::Loop { label, .. } | Stmt::Block { label, .. } | Stmt::Break(label) => {
                report.check(label.0 < kernel.labels, || {
                    format!("there is no label {label} among {} labels", kernel.labels)
                });
            }
            Stmt::Return => {}
        }
    });
}

fn value_handle(kernel: &Kernel, value: ValueId, report: &mut Report) {
    report.check(value.index() < kernel.insts.len(), || format!("there is no instruction {value}"));
}

fn var_handle(kernel: &Kernel, var: VarId, report: &mut Report) {
    report.check(var.index() < kernel.vars.len(), || format!("there is no variable {var}"));
}

fn op_handles(kernel: &Kernel, op: &Op, report: &mut Report) {
    for value in op.operands() {
        value_handle(kernel, value, report);
    }
    match *op {
        Op::Get(var) => var_handle(kernel, var, report),
        Op::Buffer(id) => report.check(id.index() < kernel.buffers.len(), || format!("there is no {id}")),
        Op::Table(id) => report.check(id.index() < kernel.tables.len(), || format!("there is no {id}")),
        Op::ThreadgroupArray(id) => {
            report.check(id.index() < kernel.threadgroup.len(), || format!("there is no threadgroup {id}"));
        }
        Op::PrivateArray(id) => {
            report.check(id.index() < kernel.private.len(), || format!("there is no thread {id}"));
        }
        _ => {}
    }
}

/// Whether a value or variable can be named where the walk stands.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    /// It has not begun.
    Before,
    Inside,
    /// Its block has ended.
    After,
}

/// Checks places, types and memory in one walk.
fn places(kernel: &Kernel, report: &mut Report) {
    let mut places = Places {
        kernel,
        report,
        values: vec![Scope::Before; kernel.insts.len()],
        vars: vec![Scope::Before; kernel.vars.len()],
        labels: vec![Scope::Before; kernel.labels as usize],
        read_only: vec![None; kernel.insts.len()],
        defined: Vec::new(),
        declared: Vec::new(),
        open: Vec::new(),
    };
    let mut number = 0;
    walk(&kernel.body, |_, event| match event {
        Event::Stmt(stmt) => {
            places.report.at_stmt(number, stmt, kernel);
            number += 1;
            places.statement(stmt);
        }
        Event::Else => {
            places.leave();
            places.enter();
        }
        Event::End(stmt) => {
            places.leave();
            if let Stmt::Loop { label, .. } | Stmt::Block { label, .. } = stmt {
                places.labels[label.0 as usize] = Scope::After;
            }
        }
    });
    let values = places.values;
    for (i, inst) in (0u32..).zip(&kernel.insts) {
        if values[i as usize] == Scope::Before {
            report.at(Place::Unplaced(i));
            report.value = Some(ValueId(i));
            report.span = Some(inst.span).filter(|span| *span != NO_SPAN);
            report.problem("the instruction stands nowhere");
        }
    }
}

struct Places<'k, 'r> {
    kernel: &'k Kernel,
    report: &'r mut Report,
    values: Vec<Scope>,
    vars: Vec<Scope>,
    labels: Vec<Scope>,
    /// The read-only buffer that a pointer plainly points into.
    read_only: Vec<Option<BufferId>>,
    /// Values and variables in scope.
    defined: Vec<ValueId>,
    declared: Vec<VarId>,
    /// For each open block, how many of those were in scope at its beginning.
    open: Vec<(usize, usize)>,
}

impl Places<'_, '_> {
    fn enter(&mut self) {
        self.open.push((self.defined.len(), self.declared.len()));
    }

    fn leave(&mut self) {
        let (defined, declared) = self.open.pop().unwrap_or_default();
        for value in self.defined.drain(defined..) {
            self.values[value.index()] = Scope::After;
        }
        for var in self.declared.drain(declared..) {
            self.vars[var.index()] = Scope::After;
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match *stmt {
            Stmt::Inst(value) => self.inst(value),
            Stmt::Declare(var) => {
                if self.vars[var.index()] == Scope::Before {
                    self.vars[var.index()] = Scope::Inside;
                    self.declared.push(var);
                } else {
                    self.report.problem(format!("{var} is declared a second time"));
                }
            }
            Stmt::Set(var, value) => {
                self.use_var(var);
                if self.use_value(value) {
                    let (ty, expected) = (self.kernel.ty(value), self.kernel.vars[var.index()].ty);
                    self.report.check(ty == expected, || {
                        format!("{value} is {}, but {var} is {}", TypeText(ty), TypeText(expected))
                    });
                }
            }
            Stmt::If { cond, .. } => {
                if self.use_value(cond)
                    && let Err(message) = types::be(cond, self.kernel.ty(cond), Type::Scalar(Scalar::Bool))
                {
                    self.report.problem(message);
                }
                self.enter();
            }
            Stmt::Loop { label, .. } | Stmt::Block { label, .. } => {
                self.open_label(label);
                self.enter();
            }
            Stmt::Break(label) => match self.labels[label.0 as usize] {
                Scope::Inside => {}
                _ => self.report.problem(format!("`break` stands outside of {label}")),
            },
            Stmt::Return => {}
        }
    }

    fn open_label(&mut self, label: LabelId) {
        let scope = &mut self.labels[label.0 as usize];
        let fresh = *scope == Scope::Before;
        *scope = Scope::Inside;
        self.report.check(fresh, || format!("{label} already names another loop or block"));
    }

    fn inst(&mut self, value: ValueId) {
        if self.values[value.index()] != Scope::Before {
            self.report.problem("the instruction stands in a second place");
            return;
        }
        let kernel = self.kernel;
        let inst = kernel.inst(value);
        let mut typed = true;
        for operand in inst.op.operands() {
            typed &= self.use_value(operand);
        }
        if let Op::Get(var) = inst.op {
            self.use_var(var);
        }
        if typed && let Err(message) = types::check(kernel, &inst.op, inst.ty) {
            self.report.problem(message);
        }
        self.memory(value, &inst.op);
        self.values[value.index()] = Scope::Inside;
        self.defined.push(value);
    }

    /// Reports a value out of scope; true when it has a type to go on with.
    fn use_value(&mut self, value: ValueId) -> bool {
        let typed = self.kernel.inst(value).ty.is_some();
        match self.values[value.index()] {
            _ if !typed => self.report.problem(format!("{value} yields no value")),
            Scope::Inside => {}
            Scope::Before => self.report.problem(format!("{value} is used before it is computed")),
            Scope::After => {
                self.report.problem(format!("{value} is computed in a block that has ended before this use"));
            }
        }
        typed
    }

    fn use_var(&mut self, var: VarId) {
        match self.vars[var.index()] {
            Scope::Inside => {}
            Scope::Before => self.report.problem(format!("{var} is used before it is declared")),
            Scope::After => self.report.problem(format!("{var} is declared in a block that has ended")),
        }
    }

    /// Follows pointers to read-only buffers and reports writes through them.
    fn memory(&mut self, value: ValueId, op: &Op) {
        let origin = |v: ValueId| self.read_only[v.index()];
        let written = match *op {
            Op::Buffer(id) => {
                let buffer = &self.kernel.buffers[id.index()];
                // Writes to constant memory are errors of type already.
                let read_only = !buffer.writable && buffer.space == Space::Device;
                self.read_only[value.index()] = read_only.then_some(id);
                return;
            }
            Op::Offset { base, .. } => {
                self.read_only[value.index()] = origin(base);
                return;
            }
            Op::Select(_, a, b) => {
                self.read_only[value.index()] = origin(a).filter(|_| origin(b).is_some());
                return;
            }
            Op::Store(pointer, _) => pointer,
            Op::Atomic { op, pointer, .. } if op != crate::AtomicOp::Load => pointer,
            _ => return,
        };
        if let Some(id) = origin(written) {
            let name = &self.kernel.buffers[id.index()].name;
            self.report.problem(format!("{written} points into {id} (`{name}`), which is read-only"));
        }
    }
}
