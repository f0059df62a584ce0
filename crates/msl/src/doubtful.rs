//! Warnings about text that compiles and is hardly ever meant: `if (i = 2)`, `x[0, 1]`, `x == 1;`, variables read
//! before anything was written to them, outputs that nothing writes.
//!
//! Read from the tree alone. A warning is given only where every reading of the text supports it: a variable counts as
//! written as soon as some path, call, address or lambda might have written it.

use crate::request::{Signature, TemplateValue};
use crate::syntax::Parsed;
use crate::syntax::ast::{
    Expr, ExprKind, InfixOp, Init, Item, PrefixOp, Stmt, StmtKind, TypeExpr, TypeKind, Variable,
};
use emberforge_base::{DType, Diagnostic, Span};
use std::collections::{HashMap, HashSet};

/// Every warning about a header and a body; `body_span` stands for the body as a whole.
pub(crate) fn doubtful(parsed: &Parsed, signature: &Signature, body_span: Span) -> Vec<Diagnostic> {
    let tree = &parsed.tree;
    let mut doubts = Doubts { signature, found: Vec::new(), unset: HashMap::new() };
    doubts.items(&tree.header);
    doubts.stmts(&tree.body);
    let mut found = doubts.found;
    found.truncate(MOST_WARNINGS);
    // What a macro makes of its arguments is not how anybody wrote it.
    found.retain(|d| {
        let at = d.primary.span;
        let inside = |e: Span| e.source == at.source && e.start <= at.start && at.end <= e.end;
        !parsed.expansions.iter().any(|e| inside(e.span))
    });
    found.extend(outputs(&tree.body, signature, body_span));
    found
}

/// Most variables watched at a time; texts with more are no longer written by hand.
const MOST_UNSET: usize = 256;

/// Most warnings of one kernel.
const MOST_WARNINGS: usize = 50;

/// Variables that no path has written, and where they were declared.
type Unset<'t> = HashMap<&'t str, Span>;

struct Doubts<'s, 't> {
    signature: &'s Signature,
    found: Vec<Diagnostic>,
    unset: Unset<'t>,
}

impl<'t> Doubts<'_, 't> {
    fn items(&mut self, items: &'t [Item]) {
        for item in items {
            match item {
                Item::Function(f) => {
                    if let Some(body) = &f.body {
                        self.unset.clear();
                        self.stmts(&body.stmts);
                        self.unset.clear();
                    }
                }
                Item::Namespace { items, .. } => self.items(items),
                Item::Struct(s) => self.items(&s.members),
                _ => {}
            }
        }
    }

    fn stmts(&mut self, stmts: &'t [Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &'t Stmt) {
        match &stmt.kind {
            StmtKind::Expr(e) => {
                self.unused(e);
                self.expr(e);
            }
            StmtKind::Item(Item::Variables(list)) => list.iter().for_each(|v| self.variable(v)),
            StmtKind::Item(Item::Function(f)) => {
                if let Some(body) = &f.body {
                    self.forget(&body.stmts);
                }
            }
            StmtKind::Block(block) => {
                let hidden = self.unset.clone();
                self.stmts(&block.stmts);
                self.leave(hidden);
            }
            StmtKind::If { init, cond, then, otherwise, .. } => {
                let hidden = self.unset.clone();
                if let Some(init) = init {
                    self.stmt(init);
                }
                self.condition(cond);
                let before = self.unset.clone();
                self.stmt(then);
                let after_then = std::mem::replace(&mut self.unset, before);
                if let Some(otherwise) = otherwise {
                    self.stmt(otherwise);
                }
                self.unset.retain(|name, _| after_then.contains_key(name));
                self.leave(hidden);
            }
            StmtKind::For { init, cond, step, body } => {
                let hidden = self.unset.clone();
                self.stmt(init);
                // What the body writes has perhaps been written before its next round.
                self.forget(std::slice::from_ref(body));
                step.iter().for_each(|e| self.forget_expr(e));
                cond.iter().for_each(|e| self.condition(e));
                self.stmt(body);
                step.iter().for_each(|e| self.expr(e));
                self.leave(hidden);
            }
            StmtKind::While(cond, body) => {
                let hidden = self.unset.clone();
                self.forget(std::slice::from_ref(body));
                self.forget_expr(cond);
                self.condition(cond);
                self.stmt(body);
                self.leave(hidden);
            }
            StmtKind::DoWhile(body, cond) => {
                let hidden = self.unset.clone();
                self.forget(std::slice::from_ref(body));
                self.forget_expr(cond);
                self.stmt(body);
                self.condition(cond);
                self.leave(hidden);
            }
            StmtKind::Switch(value, block) => {
                let hidden = self.unset.clone();
                self.expr(value);
                // Control may enter at any label.
                self.forget(&block.stmts);
                self.stmts(&block.stmts);
                self.leave(hidden);
            }
            StmtKind::Return(Some(e)) => self.expr(e),
            _ => {}
        }
    }

    /// Leaves a block: what it declared is gone, and what it wrote is written.
    fn leave(&mut self, outer: Unset<'t>) {
        let inner = std::mem::replace(&mut self.unset, outer);
        self.unset.retain(|name, declared| inner.get(name) == Some(declared));
    }

    fn variable(&mut self, variable: &'t Variable) {
        let name: &str = &variable.name.name;
        match &variable.init {
            Some(Init::Assign(e)) => {
                if matches!(variable.ty.kind, TypeKind::Reference(_)) {
                    self.forget_expr(e);
                }
                self.expr(e);
            }
            Some(Init::Paren(list) | Init::Brace(list, _)) => list.iter().for_each(|e| self.expr(e)),
            None if self.unset.len() < MOST_UNSET && self.is_number(&variable.ty) => {
                self.unset.insert(name, variable.name.span);
                return;
            }
            None => {}
        }
        self.unset.remove(name);
    }

    /// Numbers and vectors of them have no value before they are written; structs may have constructors.
    fn is_number(&self, ty: &TypeExpr) -> bool {
        let TypeKind::Named(path) = &ty.kind else { return false };
        let Some(name) = path.simple() else { return false };
        let quals = ty.quals;
        if ty.space.is_some() || quals.is_static || quals.is_const || quals.is_constexpr {
            return false;
        }
        let number = |t: &TemplateValue| matches!(t, TemplateValue::Type(d) if *d != DType::Complex64);
        match self.signature.template.iter().find(|(n, _)| **n == *name.name) {
            Some((_, value)) => number(value),
            None => crate::lower::types_of_numbers(&name.name),
        }
    }

    fn condition(&mut self, e: &'t Expr) {
        // `if ((i = 2))` says that it is meant.
        if let ExprKind::Assign(None, target, value) = &e.kind
            && e.span.start == target.span.start
            && e.span != target.span
        {
            let between = Span::new(e.span.source, target.span.end, value.span.start);
            let mut d = Diagnostic::warning(
                "assignment-as-condition",
                e.span,
                "an assignment is used as a condition",
            )
            .label("this writes, and the condition is the value written")
            .help("put it into parentheses if it is meant");
            if between.start < between.end && target.span.source == value.span.source {
                d = d.suggest("compare instead", vec![(between, " == ".to_string())]);
            }
            self.found.push(d);
        }
        self.expr(e);
    }

    /// A statement whose value nothing uses.
    fn unused(&mut self, e: &Expr) {
        let ExprKind::Infix(op, a, b) = &e.kind else { return };
        // Tokens of a macro all stand where the macro is used.
        if matches!(op, InfixOp::LogicalAnd | InfixOp::LogicalOr) || e.span == a.span || acts(a) || acts(b) {
            return;
        }
        let mut d = Diagnostic::warning(
            "unused-result",
            e.span,
            format!("the result of `{}` is not used", op.symbol()),
        )
        .label("this statement does nothing");
        if *op == InfixOp::Eq && a.span.end < b.span.start {
            let between = Span::new(e.span.source, a.span.end, b.span.start);
            d = d.suggest("to assign write `=`", vec![(between, " = ".to_string())]);
        }
        self.found.push(d);
    }

    fn expr(&mut self, e: &'t Expr) {
        match &e.kind {
            ExprKind::Name(path) => {
                if let Some(name) = path.simple()
                    && let Some(declared) = self.unset.remove(&*name.name)
                {
                    let d = Diagnostic::warning(
                        "uninitialised",
                        e.span,
                        format!("`{}` is read before anything was written to it", name.name),
                    );
                    let d = d.also(declared, "declared here without a value");
                    self.found.push(d.help("initialise it where it is declared"));
                }
            }
            ExprKind::Assign(op, target, value) => {
                self.expr(value);
                self.target(target, op.is_some());
            }
            ExprKind::Prefix(PrefixOp::AddressOf, e) => {
                self.forget_expr(e);
                self.expr(e);
            }
            ExprKind::Infix(op, a, b) => {
                self.expr(a);
                if matches!(op, InfixOp::LogicalAnd | InfixOp::LogicalOr) {
                    let before = self.unset.clone();
                    self.expr(b);
                    self.unset.retain(|name, _| before.contains_key(name));
                } else {
                    self.expr(b);
                }
            }
            ExprKind::Ternary(c, a, b) => {
                self.expr(c);
                let before = self.unset.clone();
                self.expr(a);
                let after = std::mem::replace(&mut self.unset, before);
                self.expr(b);
                self.unset.retain(|name, _| after.contains_key(name));
            }
            ExprKind::Index(base, index) => {
                self.index(index);
                self.expr(base);
                self.expr(index);
            }
            ExprKind::Call(callee, args) => {
                // Any argument may be a reference that the function writes.
                args.iter().for_each(|e| self.forget_name(e));
                if !matches!(callee.kind, ExprKind::Name(_)) {
                    self.forget_expr(callee);
                    self.expr(callee);
                }
                args.iter().for_each(|e| self.expr(e));
            }
            ExprKind::Lambda(_) => self.unset.clear(),
            ExprKind::SizeofExpr(_) => {}
            // `(void)x` says that `x` is not used.
            ExprKind::Cast(_, ty, _) if is_named_type(ty, "void") => {}
            _ => children(e).into_iter().for_each(|e| self.expr(e)),
        }
    }

    fn index(&mut self, index: &Expr) {
        if let ExprKind::Comma(first, last) = &index.kind
            && first.span.start == index.span.start
            && first.span.start != last.span.start
        {
            let d = Diagnostic::warning(
                "comma-in-index",
                index.span,
                "this is the comma operator: only what follows the last comma is the index",
            );
            self.found.push(d.help("arrays are flat: write `x[row * columns + column]`"));
        }
    }

    /// The left side of an assignment: a name is written, the rest is read.
    fn target(&mut self, e: &'t Expr, is_read: bool) {
        match &e.kind {
            ExprKind::Name(path) => {
                if is_read {
                    self.expr(e);
                } else if let Some(name) = path.simple() {
                    self.unset.remove(&*name.name);
                }
            }
            // A part of it is written; the others are not followed.
            ExprKind::Member { .. } => self.forget_expr(e),
            ExprKind::Index(base, index) => {
                self.index(index);
                self.forget_name(base);
                self.expr(base);
                self.expr(index);
            }
            _ => self.expr(e),
        }
    }

    fn forget_name(&mut self, e: &Expr) {
        if let ExprKind::Name(path) = &e.kind
            && let Some(name) = path.simple()
        {
            self.unset.remove(&*name.name);
        }
    }

    /// Everything that `e` names may have been written.
    fn forget_expr(&mut self, e: &Expr) {
        self.forget_name(e);
        if matches!(e.kind, ExprKind::Lambda(_)) {
            self.unset.clear();
        }
        children(e).into_iter().for_each(|e| self.forget_expr(e));
    }

    /// Forgets what the statements write.
    fn forget(&mut self, stmts: &[Stmt]) {
        if !self.unset.is_empty() {
            let mut written = HashSet::new();
            each_expr(stmts, &mut |e| written_by(e, &mut written));
            self.unset.retain(|name, _| !written.contains(*name));
        }
    }
}

/// Outputs whose name stands nowhere, or only where it is read.
fn outputs(body: &[Stmt], signature: &Signature, span: Span) -> Vec<Diagnostic> {
    let unwritten = signature.outputs.iter().filter(|output| {
        let mut written = false;
        each_root(body, &mut |e, bound| {
            written |= if bound { mentions(e, &output.name) } else { may_write(e, &output.name) };
        });
        !written
    });
    let warning = |name: &str| {
        Diagnostic::warning("unwritten-output", span, format!("nothing writes the output `{name}`"))
            .note("on Metal it holds whatever was in memory before, unless an initial value is given")
            .help(format!("write `{name}[i] = ...`, or leave the output out"))
    };
    unwritten.map(|output| warning(&output.name)).collect()
}

/// The expression does something besides having a value.
fn acts(e: &Expr) -> bool {
    matches!(
        e.kind,
        ExprKind::Assign(..)
            | ExprKind::Call(..)
            | ExprKind::Construct { .. }
            | ExprKind::Postfix(..)
            | ExprKind::Prefix(PrefixOp::Increment | PrefixOp::Decrement, _)
            | ExprKind::Error
    ) || children(e).into_iter().any(acts)
}

/// Names that `e` itself may write.
fn written_by<'t>(e: &'t Expr, names: &mut HashSet<&'t str>) {
    let mut root = |e: &'t Expr| {
        let mut at = e;
        loop {
            at = match &at.kind {
                ExprKind::Member { base, .. } | ExprKind::Index(base, _) => base,
                ExprKind::Name(path) => {
                    names.extend(path.simple().map(|i| &*i.name));
                    return;
                }
                _ => return,
            };
        }
    };
    match &e.kind {
        ExprKind::Assign(_, target, _) => root(target),
        ExprKind::Postfix(e, _)
        | ExprKind::Prefix(PrefixOp::Increment | PrefixOp::Decrement | PrefixOp::AddressOf, e) => root(e),
        ExprKind::Call(callee, args) => {
            root(callee);
            args.iter().for_each(root);
        }
        ExprKind::Lambda(lambda) => each_expr(&lambda.body.stmts, &mut |e| {
            if let ExprKind::Name(path) = &e.kind {
                names.extend(path.simple().map(|i| &*i.name));
            }
        }),
        _ => {}
    }
}

/// `e` may write the array `name`: it stands there as a pointer, or an element of it is written, passed to a function
/// or has its address taken. Reading an element is everything else.
fn may_write(e: &Expr, name: &str) -> bool {
    match &e.kind {
        ExprKind::Name(_) => is_named(e, name),
        ExprKind::Index(base, index) if is_named(base, name) => may_write(index, name),
        ExprKind::Assign(_, target, value) => mentions(target, name) || may_write(value, name),
        ExprKind::Postfix(e, _)
        | ExprKind::Prefix(PrefixOp::Increment | PrefixOp::Decrement | PrefixOp::AddressOf, e) => {
            mentions(e, name)
        }
        ExprKind::Call(callee, args) => mentions(callee, name) || args.iter().any(|a| mentions(a, name)),
        ExprKind::Lambda(lambda) => {
            let mut found = false;
            each_root(&lambda.body.stmts, &mut |e, _| found |= mentions(e, name));
            found
        }
        _ => children(e).into_iter().any(|e| may_write(e, name)),
    }
}

fn is_named_type(ty: &TypeExpr, name: &str) -> bool {
    matches!(&ty.kind, TypeKind::Named(path) if path.simple().is_some_and(|i| &*i.name == name))
}

fn is_named(e: &Expr, name: &str) -> bool {
    matches!(&e.kind, ExprKind::Name(path) if path.simple().is_some_and(|i| &*i.name == name))
}

fn mentions(e: &Expr, name: &str) -> bool {
    is_named(e, name) || children(e).into_iter().any(|e| mentions(e, name))
}

/// The expressions directly inside `e`; the body of a lambda is not.
fn children(e: &Expr) -> Vec<&Expr> {
    match &e.kind {
        ExprKind::Prefix(_, a)
        | ExprKind::Postfix(a, _)
        | ExprKind::Cast(_, _, a)
        | ExprKind::SizeofExpr(a) => vec![a],
        ExprKind::Designated(_, a) | ExprKind::Member { base: a, .. } => vec![a],
        ExprKind::Infix(_, a, b)
        | ExprKind::Assign(_, a, b)
        | ExprKind::Comma(a, b)
        | ExprKind::Index(a, b) => {
            vec![a, b]
        }
        ExprKind::Ternary(a, b, c) => vec![a, b, c],
        ExprKind::Call(callee, args) => std::iter::once(&**callee).chain(args).collect(),
        ExprKind::Construct { args, .. } | ExprKind::InitList(args) => args.iter().collect(),
        ExprKind::Lambda(lambda) => lambda.captures.iter().filter_map(|c| c.init.as_ref()).collect(),
        _ => Vec::new(),
    }
}

/// Calls `f` with every expression of the statements, outermost first.
pub(crate) fn each_expr<'t>(stmts: &'t [Stmt], f: &mut impl FnMut(&'t Expr)) {
    fn down<'t>(e: &'t Expr, f: &mut impl FnMut(&'t Expr)) {
        f(e);
        children(e).into_iter().for_each(|e| down(e, f));
    }
    each_root(stmts, &mut |e, _| down(e, f));
}

/// Calls `f` with every expression that is not inside another; true for one that a reference is bound to.
fn each_root<'t>(stmts: &'t [Stmt], f: &mut dyn FnMut(&'t Expr, bool)) {
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::Expr(e) | StmtKind::Case(e) | StmtKind::Return(Some(e)) => f(e, false),
            StmtKind::Item(Item::Variables(list)) => {
                for variable in list {
                    let bound = matches!(variable.ty.kind, TypeKind::Reference(_));
                    match &variable.init {
                        Some(Init::Assign(e)) => f(e, bound),
                        Some(Init::Paren(list) | Init::Brace(list, _)) => {
                            list.iter().for_each(|e| f(e, bound))
                        }
                        None => {}
                    }
                }
            }
            StmtKind::Item(Item::Function(function)) => {
                if let Some(body) = &function.body {
                    each_root(&body.stmts, f);
                }
            }
            StmtKind::Block(block) => each_root(&block.stmts, f),
            StmtKind::If { init, cond, then, otherwise, .. } => {
                f(cond, false);
                for inner in init.iter().chain(std::iter::once(then)).chain(otherwise) {
                    each_root(std::slice::from_ref(inner), f);
                }
            }
            StmtKind::For { init, cond, step, body } => {
                cond.iter().chain(step).for_each(|e| f(e, false));
                each_root(std::slice::from_ref(init), f);
                each_root(std::slice::from_ref(body), f);
            }
            StmtKind::While(cond, body) | StmtKind::DoWhile(body, cond) => {
                f(cond, false);
                each_root(std::slice::from_ref(body), f);
            }
            StmtKind::Switch(value, block) => {
                f(value, false);
                each_root(&block.stmts, f);
            }
            _ => {}
        }
    }
}

/// Variables that a body declares, at any depth.
pub(crate) fn declared_names<'t>(stmts: &'t [Stmt], names: &mut HashSet<&'t str>) {
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::Item(Item::Variables(list)) => names.extend(list.iter().map(|v| &*v.name.name)),
            StmtKind::Block(block) | StmtKind::Switch(_, block) => declared_names(&block.stmts, names),
            StmtKind::If { init, then, otherwise, .. } => {
                for inner in [init.as_deref(), Some(&**then), otherwise.as_deref()].into_iter().flatten() {
                    declared_names(std::slice::from_ref(inner), names);
                }
            }
            StmtKind::For { init, body, .. } => {
                declared_names(std::slice::from_ref(init), names);
                declared_names(std::slice::from_ref(body), names);
            }
            StmtKind::While(_, body) | StmtKind::DoWhile(body, _) => {
                declared_names(std::slice::from_ref(body), names);
            }
            _ => {}
        }
    }
}
