//! `switch`.
//!
//! Without fallthrough a switch is a chain of `if`s in a block that `break` leaves. With it, a flag says whether
//! control is already inside; each segment is entered when the flag is up or its label matches.

use super::Lower;
use super::function::LoopTarget;
use super::operators::promoted;
use super::stmt::Flow;
use super::value::{Part, Poison, Result};
use crate::syntax::ast::{self, Stmt as Tree, StmtKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{BinaryOp, CompareOp, Op, Scalar, Stmt, UnaryOp};

/// The statements between one group of labels and the next.
struct Segment<'a> {
    labels: Vec<u64>,
    is_default: bool,
    body: &'a [Tree],
}

impl<'a> Lower<'a> {
    /// A `switch` statement.
    pub(crate) fn switch(&mut self, value: &'a ast::Expr, block: &'a ast::StmtBlock, span: Span) -> Flow {
        match self.in_block(|cx| cx.switch_inside(value, block, span)) {
            Ok(flow) => flow,
            Err(Poison) => Flow::Next,
        }
    }

    fn switch_inside(&mut self, value: &'a ast::Expr, block: &'a ast::StmtBlock, span: Span) -> Result<Flow> {
        let tested = self.value(value)?;
        let Some(scalar) = tested.ty.scalar().filter(|s| !s.is_float()) else {
            if tested.ty.is_error() {
                return Err(Poison);
            }
            return Err(self.error(
                Diagnostic::error(
                    "switch",
                    value.span,
                    format!("`switch` needs an integer, not `{}`", tested.ty),
                )
                .help("use `if`"),
            ));
        };
        let ty = promoted(scalar);
        let part = self.convert_scalar(scalar, ty, tested.part(), value.span);
        let segments = self.segments(&block.stmts, ty)?;
        if let Part::Const(known) = part {
            return Ok(self.known_switch(known, &segments));
        }
        if self.constant_mode {
            return Err(self.not_constant(value.span));
        }
        let all: Vec<u64> = segments.iter().flat_map(|s| s.labels.iter().copied()).collect();
        let label = self.builder.label();
        self.frame.loops.push(LoopTarget {
            on_break: label,
            on_continue: None,
            continue_used: false,
            break_used: false,
        });
        self.open_list();
        // Declarations without initialiser may be used by later segments.
        for stmt in segments.iter().flat_map(|s| s.body) {
            if Self::is_declaration(stmt)
                && let StmtKind::Item(ast::Item::Variables(list)) = &stmt.kind
            {
                list.iter().for_each(|v| self.declare_variable(v));
            }
        }
        let mut bodies: Vec<(ir::Block, Flow)> = Vec::with_capacity(segments.len());
        for segment in &segments {
            self.open_list();
            let flow = self.segment_body(segment.body);
            bodies.push((self.close_list(), flow));
        }
        let last = segments.len().saturating_sub(1);
        let falls = bodies.iter().enumerate().any(|(i, (_, flow))| i != last && *flow == Flow::Next);
        let all_leave = !bodies.is_empty() && bodies.iter().all(|(_, flow)| *flow == Flow::Return);
        let has_default = segments.iter().any(|s| s.is_default);
        if falls {
            self.falling_chain(part, ty, &segments, bodies, &all, span);
        } else {
            // A `break` at the end of an arm goes where the arm ends anyway.
            for (body, _) in &mut bodies {
                if body.last() == Some(&Stmt::Break(label)) {
                    body.pop();
                }
            }
            self.exclusive_chain(part, ty, &segments, bodies, span);
        }
        let body = self.close_list();
        let broken = self.frame.loops.pop().is_some_and(|t| t.break_used);
        if leaves(&body, label) {
            self.builder.push(Stmt::Block { label, body });
        } else {
            self.splice(body);
        }
        Ok(if all_leave && has_default && !broken { Flow::Return } else { Flow::Next })
    }

    fn segment_body(&mut self, body: &'a [Tree]) -> Flow {
        for (i, stmt) in body.iter().enumerate() {
            if Self::is_declaration(stmt) {
                continue;
            }
            let flow = self.statements(std::slice::from_ref(stmt));
            if flow != Flow::Next {
                let rest = &body[i + 1..];
                self.dropped(|cx| {
                    cx.statements(rest);
                });
                return flow;
            }
        }
        Flow::Next
    }

    fn segments(&mut self, stmts: &'a [Tree], ty: Scalar) -> Result<Vec<Segment<'a>>> {
        let mut list: Vec<Segment<'a>> = Vec::new();
        let mut i = 0;
        let mut seen: Vec<(u64, Span)> = Vec::new();
        let mut default_at: Option<Span> = None;
        while i < stmts.len() {
            let mut segment = Segment { labels: Vec::new(), is_default: false, body: &[] };
            let start = i;
            while let Some(stmt) = stmts.get(i) {
                match &stmt.kind {
                    StmtKind::Case(e) => {
                        let bits = self.case_label(e, ty)?;
                        if let Some((_, first)) = seen.iter().find(|(b, _)| *b == bits) {
                            let first = *first;
                            return Err(self.error(
                                Diagnostic::error("case", e.span, "this label stands twice")
                                    .also(first, "first here"),
                            ));
                        }
                        seen.push((bits, e.span));
                        segment.labels.push(bits);
                    }
                    StmtKind::Default => {
                        if let Some(first) = default_at {
                            return Err(self.error(
                                Diagnostic::error("case", stmt.span, "this label stands twice")
                                    .also(first, "first here"),
                            ));
                        }
                        default_at = Some(stmt.span);
                        segment.is_default = true;
                    }
                    _ => break,
                }
                i += 1;
            }
            if start == i && list.is_empty() {
                // Statements before the first label never run.
                i += 1;
                continue;
            }
            let first = i;
            while i < stmts.len() && !matches!(stmts[i].kind, StmtKind::Case(_) | StmtKind::Default) {
                i += 1;
            }
            segment.body = &stmts[first..i];
            list.push(segment);
        }
        Ok(list)
    }

    /// A switch on a known value: only the statements it runs.
    fn known_switch(&mut self, known: u64, segments: &[Segment<'a>]) -> Flow {
        let start = segments
            .iter()
            .position(|s| s.labels.contains(&known))
            .or_else(|| segments.iter().position(|s| s.is_default));
        let Some(start) = start else { return Flow::Next };
        if self.constant_mode {
            for segment in &segments[start..] {
                match self.statements(segment.body) {
                    Flow::Next => {}
                    Flow::Break => return Flow::Next,
                    flow => return flow,
                }
            }
            return Flow::Next;
        }
        let label = self.builder.label();
        self.frame.loops.push(LoopTarget {
            on_break: label,
            on_continue: None,
            continue_used: false,
            break_used: false,
        });
        self.open_list();
        let mut flow = Flow::Next;
        for segment in &segments[start..] {
            flow = self.statements(segment.body);
            if flow != Flow::Next {
                break;
            }
        }
        let mut body = self.close_list();
        let broken = self.frame.loops.pop().is_some_and(|t| t.break_used);
        if body.last() == Some(&Stmt::Break(label)) {
            body.pop();
        }
        if leaves(&body, label) {
            self.builder.push(Stmt::Block { label, body });
        } else {
            self.splice(body);
        }
        if broken { Flow::Next } else { flow }
    }

    fn matches(&mut self, part: Part, ty: Scalar, labels: &[u64], span: Span) -> Part {
        let mut any = Part::Const(0);
        for &bits in labels {
            let here = self.compare(CompareOp::Eq, ty, part, Part::Const(bits), span);
            any = self.binary(BinaryOp::Or, Scalar::Bool, any, here, span);
        }
        any
    }

    fn exclusive_chain(
        &mut self,
        part: Part,
        ty: Scalar,
        segments: &[Segment<'a>],
        bodies: Vec<(ir::Block, Flow)>,
        span: Span,
    ) {
        // Conditions are computed first, then the chain is built from its end, `default` last.
        let conditions: Vec<Part> =
            segments.iter().map(|s| self.matches(part, ty, &s.labels, span)).collect();
        let mut rest: ir::Block = Vec::new();
        let mut chain = Vec::new();
        for (i, (body, _)) in bodies.into_iter().enumerate() {
            if segments[i].is_default {
                rest = body;
            } else {
                chain.push((conditions[i], body));
            }
        }
        for (condition, body) in chain.into_iter().rev() {
            let Part::Ir(cond) = condition else { continue };
            rest = vec![Stmt::If { cond, then: body, otherwise: rest, span }];
        }
        self.splice(rest);
    }

    fn falling_chain(
        &mut self,
        part: Part,
        ty: Scalar,
        segments: &[Segment<'a>],
        bodies: Vec<(ir::Block, Flow)>,
        all: &[u64],
        span: Span,
    ) {
        let inside = self.builder.declare("inside", Scalar::Bool);
        let no = self.builder.constant(Scalar::Bool, 0, span);
        self.builder.push(Stmt::Set(inside, no));
        for (segment, (mut body, flow)) in segments.iter().zip(bodies) {
            let mut here = self.matches(part, ty, &segment.labels, span);
            if segment.is_default {
                let any = self.matches(part, ty, all, span);
                let none = self.unary(UnaryOp::Not, Scalar::Bool, any, span);
                here = self.binary(BinaryOp::Or, Scalar::Bool, here, none, span);
            }
            let before = self.emit(Op::Get(inside), Scalar::Bool, span);
            let enter = self.binary(BinaryOp::Or, Scalar::Bool, before, here, span);
            let cond = self.ir_value(enter, Scalar::Bool, span);
            if flow == Flow::Next {
                self.open_list();
                self.splice(body);
                let yes = self.builder.constant(Scalar::Bool, 1, span);
                self.builder.push(Stmt::Set(inside, yes));
                body = self.close_list();
            }
            self.builder.push(Stmt::If { cond, then: body, otherwise: Vec::new(), span });
        }
    }
}

/// Some statement of the list leaves `label`.
fn leaves(list: &[Stmt], label: ir::LabelId) -> bool {
    list.iter().any(|stmt| match stmt {
        Stmt::Break(to) => *to == label,
        Stmt::If { then, otherwise, .. } => leaves(then, label) || leaves(otherwise, label),
        Stmt::Loop { body, .. } | Stmt::Block { body, .. } => leaves(body, label),
        _ => false,
    })
}
