//! Constants that the language requires: array sizes, template arguments, `constexpr`, `case`.
//!
//! They are found by lowering in *constant mode*: variables are cells that hold known values, loops and branches run
//! now, and IR that is emitted nevertheless goes nowhere and shows that the value was not constant.

use super::Lower;
use super::function::Frame;
use super::scope::ScopeId;
use super::value::{Poison, Result, Value};
use crate::syntax::ast::{self, ExprKind, IntSuffix};
use emberforge_base::{Diagnostic, Span};

impl<'a> Lower<'a> {
    /// The value of an expression that must be constant.
    pub(crate) fn constant_value(&mut self, e: &'a ast::Expr) -> Result<Value> {
        if let ExprKind::Int { value, suffix: IntSuffix { unsigned: false, long: false }, decimal: true } =
            e.kind
            && let Ok(small) = i32::try_from(value)
        {
            return Ok(Value::int(small));
        }
        let value = self.constantly(e.span, |cx| cx.value(e))?;
        if !value.is_constant() {
            return Err(self.not_constant(e.span));
        }
        Ok(value)
    }

    /// Reports that something is not known when the kernel is compiled.
    pub(crate) fn not_constant(&mut self, span: Span) -> Poison {
        self.error(
            Diagnostic::error("not-constant", span, "this must be known when the kernel is compiled")
                .label("not a constant")
                .help("use a literal, a `constexpr`, a macro or a template argument"),
        )
    }

    /// Runs `f` in constant mode.
    pub(crate) fn constantly<T>(&mut self, _span: Span, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = std::mem::replace(&mut self.constant_mode, true);
        self.open_list();
        let result = f(self);
        self.close_list();
        self.constant_mode = outer;
        result
    }

    /// Uses up fuel for one statement of a constant evaluation.
    pub(crate) fn burn(&mut self, span: Span) -> Result<()> {
        if self.constant_fuel == 0 {
            return Err(self.error(
                Diagnostic::error("constant-too-long", span, "evaluating this constant takes too many steps")
                    .help("a loop may not end"),
            ));
        }
        self.constant_fuel -= 1;
        Ok(())
    }

    /// Runs `f` as if at namespace level, in `scope`.
    pub(crate) fn outside_functions<T>(&mut self, scope: ScopeId, f: impl FnOnce(&mut Self) -> T) -> T {
        let fresh = Frame {
            this: None,
            scan: Default::default(),
            returning: None,
            template: self.no_template(),
            loops: Vec::new(),
            dead: 0,
        };
        let outer = std::mem::replace(&mut self.frame, fresh);
        let result = self.in_scope(scope, f);
        self.frame = outer;
        result
    }

    /// Lowers `e` without keeping what it does, for its type.
    pub(crate) fn unevaluated(&mut self, e: &'a ast::Expr) -> Result<super::value::Place> {
        self.open_list();
        let result = self.eval(e);
        self.close_list();
        result
    }
}
