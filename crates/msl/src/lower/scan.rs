//! What a function body does to the variables it names, found before it is lowered.
//!
//! A variable that is never written after its declaration needs no IR variable: its name stands for its value. One
//! whose address is taken must lie in memory. The scan works on names, not on scopes, and errs towards "written".

use crate::syntax::ast::{
    Expr, ExprKind, FunctionName, Init, Item, Lambda, Param, PrefixOp, Stmt, StmtKind, TypeExpr, TypeKind,
};
use std::collections::HashSet;

/// Functions and methods that take something by non-const reference, by name.
#[derive(Debug, Default)]
pub(crate) struct ReferenceTakers<'a> {
    names: HashSet<&'a str>,
}

/// Library functions with `thread T&` parameters.
const LIBRARY_TAKERS: [&str; 6] =
    ["frexp", "modf", "sincos", "simdgroup_load", "simdgroup_multiply", "fract"];

impl<'a> ReferenceTakers<'a> {
    /// Adds the functions of a list of declarations.
    pub(crate) fn collect(&mut self, items: &'a [Item]) {
        for item in items {
            match item {
                Item::Function(f) if f.params.iter().any(takes_reference) => match &f.name {
                    FunctionName::Plain(name)
                    | FunctionName::Operator(name)
                    | FunctionName::Constructor(name) => {
                        self.names.insert(&name.name);
                    }
                    FunctionName::Conversion(_) => {}
                },
                Item::Namespace { items, .. } => self.collect(items),
                Item::Struct(s) => self.collect(&s.members),
                _ => {}
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name) || LIBRARY_TAKERS.contains(&name) || name.starts_with("simdgroup_")
    }
}

fn takes_reference(param: &Param) -> bool {
    match &param.ty.kind {
        TypeKind::Reference(to) => !to.quals.is_const,
        _ => false,
    }
}

/// What a body does to variables.
#[derive(Debug, Default)]
pub(crate) struct Scan<'a> {
    /// Written as a whole: `x = ..`, `x++`, given by reference.
    written: HashSet<&'a str>,
    /// Written in part: `x[i] = ..`, `x.y = ..`; this does not change a pointer `x`.
    part_written: HashSet<&'a str>,
    /// `&x`.
    addressed: HashSet<&'a str>,
    /// `&x[i]`, `&x.y`.
    part_addressed: HashSet<&'a str>,
    /// Names used other than as `name[...]`.
    escaping: HashSet<&'a str>,
    /// Some lambda here takes references: every argument of a call may be written.
    lambda_takes_reference: bool,
}

impl<'a> Scan<'a> {
    /// Scans a body.
    pub(crate) fn of(stmts: &'a [Stmt], takers: &ReferenceTakers<'a>) -> Scan<'a> {
        let mut scan = Scan::default();
        scan.stmts(stmts, takers);
        scan
    }

    /// The variable may change after its declaration.
    pub(crate) fn is_written(&self, name: &str, is_pointer: bool) -> bool {
        self.written.contains(name) || !is_pointer && self.part_written.contains(name)
    }

    /// The variable's address is taken.
    pub(crate) fn is_addressed(&self, name: &str, is_pointer: bool) -> bool {
        self.addressed.contains(name) || !is_pointer && self.part_addressed.contains(name)
    }

    /// The array is used other than by indexing it.
    pub(crate) fn escapes(&self, name: &str) -> bool {
        self.escaping.contains(name) || self.is_addressed(name, false)
    }

    /// Names used as values.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.escaping.iter().copied()
    }

    fn stmts(&mut self, stmts: &'a [Stmt], takers: &ReferenceTakers<'a>) {
        for stmt in stmts {
            self.stmt(stmt, takers);
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt, takers: &ReferenceTakers<'a>) {
        match &stmt.kind {
            StmtKind::Expr(e) | StmtKind::Case(e) => self.expr(e, takers),
            StmtKind::Item(item) => self.item(item, takers),
            StmtKind::Block(block) => self.stmts(&block.stmts, takers),
            StmtKind::If { init, cond, then, otherwise, .. } => {
                if let Some(init) = init {
                    self.stmt(init, takers);
                }
                self.expr(cond, takers);
                self.stmt(then, takers);
                if let Some(otherwise) = otherwise {
                    self.stmt(otherwise, takers);
                }
            }
            StmtKind::For { init, cond, step, body } => {
                self.stmt(init, takers);
                for e in [cond, step].into_iter().flatten() {
                    self.expr(e, takers);
                }
                self.stmt(body, takers);
            }
            StmtKind::While(cond, body) | StmtKind::DoWhile(body, cond) => {
                self.expr(cond, takers);
                self.stmt(body, takers);
            }
            StmtKind::Switch(value, block) => {
                self.expr(value, takers);
                self.stmts(&block.stmts, takers);
            }
            StmtKind::Return(Some(e)) => self.expr(e, takers),
            _ => {}
        }
    }

    fn item(&mut self, item: &'a Item, takers: &ReferenceTakers<'a>) {
        match item {
            Item::Variables(list) => {
                for variable in list {
                    let by_reference = is_reference(&variable.ty);
                    let mut init = |e: &'a Expr| {
                        if by_reference {
                            self.write(e);
                        }
                        self.expr(e, takers);
                    };
                    match &variable.init {
                        Some(Init::Assign(e)) => init(e),
                        Some(Init::Paren(list) | Init::Brace(list, _)) => list.iter().for_each(init),
                        None => {}
                    }
                }
            }
            Item::StaticAssert(e, _) => self.expr(e, takers),
            _ => {}
        }
    }

    fn expr(&mut self, expr: &'a Expr, takers: &ReferenceTakers<'a>) {
        match &expr.kind {
            ExprKind::Name(path) => {
                if let Some(name) = path.simple() {
                    self.escaping.insert(&name.name);
                }
            }
            ExprKind::Prefix(op, e) => {
                match op {
                    PrefixOp::Increment | PrefixOp::Decrement => self.write(e),
                    PrefixOp::AddressOf => {
                        if let Some((root, whole)) = root(e) {
                            if whole { &mut self.addressed } else { &mut self.part_addressed }.insert(root);
                        }
                        self.write(e);
                    }
                    _ => {}
                }
                self.expr(e, takers);
            }
            ExprKind::Postfix(e, _) => {
                self.write(e);
                self.expr(e, takers);
            }
            ExprKind::Assign(_, target, value) => {
                self.write(target);
                self.expr(target, takers);
                self.expr(value, takers);
            }
            ExprKind::Infix(_, a, b) | ExprKind::Comma(a, b) => {
                self.expr(a, takers);
                self.expr(b, takers);
            }
            ExprKind::Index(a, b) => {
                if !matches!(&a.kind, ExprKind::Name(p) if p.simple().is_some()) {
                    self.expr(a, takers);
                }
                self.expr(b, takers);
            }
            ExprKind::Ternary(a, b, c) => {
                for e in [a, b, c] {
                    self.expr(e, takers);
                }
            }
            ExprKind::Call(callee, args) => {
                let name = match &callee.kind {
                    ExprKind::Name(path) => Some(&*path.last().ident.name),
                    ExprKind::Member { base, member, .. } => {
                        // A method may change its object.
                        if let Some((root, _)) = root(base) {
                            self.part_written.insert(root);
                        }
                        Some(&*member.ident.name)
                    }
                    _ => None,
                };
                // The parser cannot tell a call of an object (`operator()`, a lambda) from one of a function.
                let may_write = self.lambda_takes_reference
                    || name.is_none_or(|n| takers.has(n))
                    || takers.names.contains("()");
                if may_write {
                    for arg in args {
                        self.write(arg);
                    }
                }
                if let ExprKind::Member { base, .. } = &callee.kind {
                    self.expr(base, takers);
                } else if !matches!(&callee.kind, ExprKind::Name(_)) {
                    self.expr(callee, takers);
                } else if let Some(name) = name {
                    // An object with `operator()`.
                    self.written.insert(name);
                }
                for arg in args {
                    self.expr(arg, takers);
                }
            }
            ExprKind::Construct { args, ty, .. } => {
                let name = match &ty.kind {
                    TypeKind::Named(path) => &*path.last().ident.name,
                    _ => "",
                };
                for arg in args {
                    if takers.has(name) {
                        self.write(arg);
                    }
                    self.expr(arg, takers);
                }
            }
            ExprKind::InitList(args) => args.iter().for_each(|a| self.expr(a, takers)),
            ExprKind::Member { base, .. } => self.expr(base, takers),
            ExprKind::Cast(_, ty, e) => {
                if is_reference(ty) {
                    self.write(e);
                }
                self.expr(e, takers);
            }
            ExprKind::Designated(_, e) | ExprKind::SizeofExpr(e) => self.expr(e, takers),
            ExprKind::Lambda(lambda) => self.lambda(lambda, takers),
            _ => {}
        }
    }

    fn lambda(&mut self, lambda: &'a Lambda, takers: &ReferenceTakers<'a>) {
        if lambda.params.iter().any(takes_reference) {
            self.lambda_takes_reference = true;
        }
        for capture in &lambda.captures {
            let Some(init) = &capture.init else { continue };
            if capture.by_reference {
                self.write(init);
            }
            self.expr(init, takers);
        }
        self.stmts(&lambda.body.stmts, takers);
    }

    /// `e` is written through.
    fn write(&mut self, e: &'a Expr) {
        if let Some((root, whole)) = root(e) {
            if whole { &mut self.written } else { &mut self.part_written }.insert(root);
        }
        match &e.kind {
            ExprKind::Ternary(_, a, b) => {
                self.write(a);
                self.write(b);
            }
            ExprKind::Comma(_, b) => self.write(b),
            _ => {}
        }
    }
}

fn is_reference(ty: &TypeExpr) -> bool {
    matches!(ty.kind, TypeKind::Reference(_))
}

/// The variable that an lvalue is (true) or is a part of (false).
fn root(e: &Expr) -> Option<(&str, bool)> {
    let part = |(name, _)| (name, false);
    match &e.kind {
        ExprKind::Name(path) => path.simple().map(|i| (&*i.name, true)),
        ExprKind::Member { base, .. } | ExprKind::Index(base, _) => root(base).map(part),
        ExprKind::Call(callee, _) => match &callee.kind {
            ExprKind::Member { base, .. } => root(base).map(part),
            _ => None,
        },
        ExprKind::Prefix(PrefixOp::Deref, e) => root(e).map(part),
        ExprKind::Prefix(PrefixOp::Increment | PrefixOp::Decrement, e) | ExprKind::Cast(_, _, e) => root(e),
        ExprKind::Assign(_, e, _) => root(e),
        _ => None,
    }
}
