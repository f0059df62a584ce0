//! Parameters that are used as MLX arrays: evidence, never proof.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};

use super::model::Code;
use super::value::Kind;
use super::{Engine, mlx_row};

/// Functions whose first argument is not an array.
const NOT_FIRST: [&str; 14] = [
    "array",
    "asarray",
    "concatenate",
    "stack",
    "eval",
    "zeros",
    "ones",
    "full",
    "arange",
    "meshgrid",
    "einsum",
    "broadcast_arrays",
    "linspace",
    "eye",
];

/// The names of parameters that are used as MLX arrays.
pub(super) fn evidence<'a>(engine: &Engine<'a>, code: Code<'a>, class: Option<u32>) -> Vec<&'a str> {
    let Some(parameters) = code.parameters() else { return Vec::new() };
    let unannotated =
        parameters.iter_non_variadic_params().filter(|p| p.parameter.annotation.is_none()).count();
    if unannotated == 0 {
        return Vec::new();
    }
    // Which names stand for mlx.core here; almost always just `mx`.
    let mut aliases: Vec<&'a str> = Vec::new();
    // Imports stand in the module's scope as a rule; looking at all scopes would be quadratic.
    if let Some(scope) = engine.scopes.first() {
        for (name, slot) in &scope.names {
            if let Kind::Lib(sym) = engine.kind(scope.all[*slot as usize])
                && engine.text(*sym) == "mlx.core"
            {
                aliases.push(name);
            }
        }
    }
    // `self.proj(x)` with a layer of `mlx.nn` takes an array.
    let mut layers: Vec<&'a str> = Vec::new();
    if let Some(class) = class {
        let attrs = &engine.class(class).attrs;
        layers.extend(attrs.iter().filter_map(|(name, (v, _))| match engine.kind(*v) {
            Kind::LibInstance(sym) if engine.text(*sym).starts_with("mlx.nn.") => Some(*name),
            _ => None,
        }));
    }
    if aliases.is_empty() && layers.is_empty() {
        return Vec::new();
    }
    let mut look = Look { aliases, layers, found: Vec::new() };
    match code {
        Code::Def(d) => look.visit_body(&d.body),
        Code::Lambda(l) => look.visit_expr(&l.body),
    }
    look.found
}

struct Look<'a> {
    aliases: Vec<&'a str>,
    layers: Vec<&'a str>,
    found: Vec<&'a str>,
}

impl<'a> Look<'a> {
    fn note(&mut self, expr: &'a Expr) {
        if let Expr::Name(n) = expr
            && !self.found.contains(&n.id.as_str())
        {
            self.found.push(n.id.as_str());
        }
    }

    /// The function of `mlx.core` that an expression names.
    fn function(&self, expr: &'a Expr) -> Option<&'a str> {
        let Expr::Attribute(a) = expr else { return None };
        let Expr::Name(n) = a.value.as_ref() else { return None };
        self.aliases.contains(&n.id.as_str()).then_some(a.attr.as_str())
    }

    fn look_at_call(&mut self, c: &'a ast::ExprCall) {
        // `mx.fft.rfft(x)`, `mx.fast.rms_norm(x, ...)`: one level down.
        if let Expr::Attribute(a) = c.func.as_ref()
            && let Some(home @ ("fft" | "fast" | "linalg")) = self.function(&a.value)
            && mlx_row(&format!("{home}.{}", a.attr)).is_some_and(|row| row.rule != "other")
            && let Some(first) = c.arguments.args.first()
        {
            self.note(first);
        }
        if let Some(function) = self.function(&c.func) {
            let takes_array =
                mlx_row(function).is_some_and(|row| !matches!(row.rule, "other" | "default" | "full"));
            if takes_array
                && !NOT_FIRST.contains(&function)
                && let Some(first) = c.arguments.args.first()
            {
                self.note(first);
            }
        }
        if let Expr::Attribute(a) = c.func.as_ref()
            && self.layers.contains(&a.attr.as_str())
            && matches!(a.value.as_ref(), Expr::Name(n) if n.id.as_str() == "self")
            && let Some(first) = c.arguments.args.first()
        {
            self.note(first);
        }
        if let Expr::Attribute(a) = c.func.as_ref()
            && a.attr.as_str() == "astype"
            && c.arguments.args.first().is_some_and(|d| self.function(d).is_some())
        {
            self.note(&a.value);
        }
    }
}

impl<'a> Visitor<'a> for Look<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(c) = expr {
            self.look_at_call(c);
        }
        walk_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'a ast::Stmt) {
        // A function inside has parameters of its own.
        if !matches!(stmt, ast::Stmt::FunctionDef(_) | ast::Stmt::ClassDef(_)) {
            ast::visitor::walk_stmt(self, stmt);
        }
    }
}
