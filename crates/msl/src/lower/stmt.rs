//! Statements other than `switch`.

use super::Lower;
use super::function::LoopTarget;
use super::value::{Part, Poison, Result};
use crate::syntax::ast::{self, ExprKind, Item, Stmt as Tree, StmtKind, TypeKind};
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ir::{Scalar, Stmt};

/// How control leaves a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// To the next one.
    Next,
    /// By `break`.
    Break,
    /// By `continue`.
    Continue,
    /// By `return`.
    Return,
}

impl<'a> Lower<'a> {
    /// Statements in the current scope. What follows a jump is lowered for its diagnostics and dropped.
    pub(crate) fn statements(&mut self, stmts: &'a [Tree]) -> Flow {
        for (i, stmt) in stmts.iter().enumerate() {
            let flow = self.statement(stmt);
            if flow != Flow::Next {
                let rest = &stmts[i + 1..];
                if !rest.is_empty() && !self.constant_mode {
                    self.dropped(|cx| {
                        for stmt in rest {
                            cx.statement(stmt);
                        }
                    });
                }
                return flow;
            }
        }
        Flow::Next
    }

    /// Lowers statements that never run, for their diagnostics.
    pub(crate) fn dropped(&mut self, f: impl FnOnce(&mut Self)) {
        self.frame.dead += 1;
        self.open_list();
        f(self);
        self.close_list();
        self.frame.dead -= 1;
    }

    /// A statement in a scope of its own.
    pub(crate) fn scoped(&mut self, stmt: &'a Tree) -> Flow {
        self.in_block(|cx| match &stmt.kind {
            StmtKind::Block(block) => cx.statements(&block.stmts),
            _ => cx.statement(stmt),
        })
    }

    fn statement(&mut self, stmt: &'a Tree) -> Flow {
        if self.builder.len() > super::emit::MAX_INSTRUCTIONS {
            self.too_large(stmt.span);
            return Flow::Return;
        }
        self.nesting += 1;
        let flow = self.statement_kind(stmt);
        self.nesting -= 1;
        flow
    }

    fn statement_kind(&mut self, stmt: &'a Tree) -> Flow {
        match &stmt.kind {
            StmtKind::Empty | StmtKind::Error => Flow::Next,
            StmtKind::Expr(e) => {
                let _ = self.eval(e);
                Flow::Next
            }
            StmtKind::Item(item) => {
                self.local_item(item);
                Flow::Next
            }
            StmtKind::Block(block) => self.in_block(|cx| cx.statements(&block.stmts)),
            StmtKind::If { is_constexpr, init, cond, then, otherwise } => self.in_block(|cx| {
                if let Some(init) = init {
                    cx.statement(init);
                }
                cx.if_statement(*is_constexpr, cond, then, otherwise.as_deref(), stmt.span)
            }),
            StmtKind::For { init, cond, step, body } => self.in_block(|cx| {
                cx.statement(init);
                cx.loop_statement(cond.as_ref(), step.as_ref(), body, false, stmt.span)
            }),
            StmtKind::While(cond, body) => self.loop_statement(Some(cond), None, body, false, stmt.span),
            StmtKind::DoWhile(body, cond) => self.loop_statement(Some(cond), None, body, true, stmt.span),
            StmtKind::Switch(value, block) => self.switch(value, block, stmt.span),
            StmtKind::Case(_) | StmtKind::Default => {
                self.report(Diagnostic::error(
                    "case",
                    stmt.span,
                    "`case` and `default` belong directly into a `switch`",
                ));
                Flow::Next
            }
            StmtKind::Break => self.jump(stmt.span, false),
            StmtKind::Continue => self.jump(stmt.span, true),
            StmtKind::Return(e) => self.return_statement(e.as_ref(), stmt.span),
        }
    }

    fn local_item(&mut self, item: &'a Item) {
        match item {
            Item::Variables(list) => {
                for variable in list {
                    self.declare_variable(variable);
                }
            }
            // A function with a body has been reported by the parser; its calls mean what they say.
            other => self.declare_item(other),
        }
    }

    fn if_statement(
        &mut self,
        is_constexpr: bool,
        cond: &'a ast::Expr,
        then: &'a Tree,
        otherwise: Option<&'a Tree>,
        span: Span,
    ) -> Flow {
        let condition = if is_constexpr {
            self.constant_value(cond).and_then(|v| self.condition(v, cond.span))
        } else {
            self.value(cond).and_then(|v| self.condition(v, cond.span))
        };
        match condition {
            Ok(Part::Const(known)) => {
                let (taken, other) =
                    if known != 0 { (Some(then), otherwise) } else { (otherwise, Some(then)) };
                if !is_constexpr
                    && !self.constant_mode
                    && let Some(other) = other
                {
                    self.dropped(|cx| {
                        cx.scoped(other);
                    });
                }
                taken.map_or(Flow::Next, |stmt| self.scoped(stmt))
            }
            Ok(Part::Ir(_)) if self.constant_mode => {
                self.not_constant(cond.span);
                Flow::Return
            }
            Ok(Part::Ir(value)) => {
                self.open_list();
                let left = self.scoped(then);
                let then_list = self.close_list();
                self.open_list();
                let right = otherwise.map_or(Flow::Next, |stmt| self.scoped(stmt));
                let other_list = self.close_list();
                self.builder.push(Stmt::If { cond: value, then: then_list, otherwise: other_list, span });
                if left != Flow::Next && right != Flow::Next { left } else { Flow::Next }
            }
            Err(Poison) => {
                // Both arms are still checked.
                self.dropped(|cx| {
                    cx.scoped(then);
                    if let Some(otherwise) = otherwise {
                        cx.scoped(otherwise);
                    }
                });
                Flow::Next
            }
        }
    }

    fn loop_statement(
        &mut self,
        cond: Option<&'a ast::Expr>,
        step: Option<&'a ast::Expr>,
        body: &'a Tree,
        body_first: bool,
        span: Span,
    ) -> Flow {
        if self.constant_mode {
            return self.run_loop(cond, step, body, body_first, span);
        }
        let label = self.builder.label();
        let inner = self.builder.label();
        self.open_list();
        let mut endless = true;
        if !body_first && let Some(cond) = cond {
            endless = self.leave_unless(cond, label, span);
        }
        self.frame.loops.push(LoopTarget {
            on_break: label,
            on_continue: Some(inner),
            continue_used: false,
            break_used: false,
        });
        self.open_list();
        let flow = self.scoped(body);
        let list = self.close_list();
        let target = self.frame.loops.pop();
        let (continued, broken) = target.map_or((false, false), |t| (t.continue_used, t.break_used));
        if continued {
            self.builder.push(Stmt::Block { label: inner, body: list });
        } else {
            self.splice(list);
        }
        let reaches_end = flow == Flow::Next || continued;
        if !reaches_end {
            // The step and the condition of `do` are never reached; they are still checked.
            self.open_list();
        }
        if let Some(step) = step {
            let _ = self.eval(step);
        }
        if body_first && let Some(cond) = cond {
            endless = self.leave_unless(cond, label, span);
        }
        if !reaches_end {
            self.close_list();
        }
        let list = self.close_list();
        self.builder.push(Stmt::Loop { label, body: list, span });
        // Nothing follows a loop that only `return` can leave.
        if endless && !broken { Flow::Return } else { Flow::Next }
    }

    /// Breaks `label` unless the condition holds; true when it is known to hold.
    fn leave_unless(&mut self, cond: &'a ast::Expr, label: ir::LabelId, span: Span) -> bool {
        let condition = self.in_block(|cx| cx.value(cond).and_then(|v| cx.condition(v, cond.span)));
        match condition {
            Ok(Part::Const(0)) => {
                let never = self.builder.constant(Scalar::Bool, 0, span);
                self.builder.push(Stmt::If {
                    cond: never,
                    then: Vec::new(),
                    otherwise: vec![Stmt::Break(label)],
                    span,
                });
                false
            }
            Ok(Part::Const(_)) => true,
            Ok(Part::Ir(cond)) => {
                self.builder.push(Stmt::If {
                    cond,
                    then: Vec::new(),
                    otherwise: vec![Stmt::Break(label)],
                    span,
                });
                false
            }
            Err(Poison) => false,
        }
    }

    /// A loop while a constant is being evaluated: it runs now.
    fn run_loop(
        &mut self,
        cond: Option<&'a ast::Expr>,
        step: Option<&'a ast::Expr>,
        body: &'a Tree,
        body_first: bool,
        span: Span,
    ) -> Flow {
        let mut check = !body_first;
        loop {
            if self.burn(span).is_err() {
                return Flow::Return;
            }
            if check && let Some(cond) = cond {
                match self.value(cond).and_then(|v| self.condition(v, cond.span)) {
                    Ok(Part::Const(0)) => return Flow::Next,
                    Ok(Part::Const(_)) => {}
                    Ok(Part::Ir(_)) => {
                        self.not_constant(cond.span);
                        return Flow::Return;
                    }
                    Err(Poison) => return Flow::Return,
                }
            }
            check = true;
            match self.scoped(body) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                Flow::Return => return Flow::Return,
            }
            if let Some(step) = step
                && self.eval(step).is_err()
            {
                return Flow::Return;
            }
        }
    }

    fn jump(&mut self, span: Span, is_continue: bool) -> Flow {
        let flow = if is_continue { Flow::Continue } else { Flow::Break };
        if self.constant_mode {
            return flow;
        }
        let target = if is_continue {
            self.frame.loops.iter_mut().rev().find(|t| t.on_continue.is_some())
        } else {
            self.frame.loops.last_mut()
        };
        let Some(target) = target else {
            let word = if is_continue { "continue" } else { "break" };
            self.report(Diagnostic::error("jump", span, format!("`{word}` outside of a loop")));
            return Flow::Next;
        };
        let counts = self.frame.dead == 0;
        let label = match (is_continue, target.on_continue) {
            (true, Some(label)) => {
                target.continue_used |= counts;
                label
            }
            _ => {
                target.break_used |= counts;
                target.on_break
            }
        };
        self.builder.push(Stmt::Break(label));
        flow
    }

    /// The types in which a statement list declares something, for `switch`.
    pub(crate) fn is_declaration(stmt: &Tree) -> bool {
        match &stmt.kind {
            StmtKind::Item(Item::Variables(list)) => {
                list.iter().any(|v| v.init.is_none() && !matches!(v.ty.kind, TypeKind::Auto))
            }
            _ => false,
        }
    }

    /// A value that must be an integer constant, as a `case` label.
    pub(crate) fn case_label(&mut self, e: &'a ast::Expr, ty: Scalar) -> Result<u64> {
        if let ExprKind::Error = e.kind {
            return Err(Poison);
        }
        let value = self.constant_value(e)?;
        let Some(from) = value.ty.scalar().filter(|s| !s.is_float()) else {
            return Err(self.error(Diagnostic::error("case", e.span, "a `case` label must be an integer")));
        };
        let bits = value.as_constant().unwrap_or(0);
        Ok(ir::scalar::convert(from, ty, bits))
    }
}
