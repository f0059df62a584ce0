//! Texts that functions of the file make of constants: `source=_body(pre_norm=True)`. Their bodies are run once more
//! with the arguments of the call, and of a test that is then a constant only one branch.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::TextRange;

use super::event::Arg;
use super::model::Code;
use super::value::{Kind, V};
use super::{Engine, Frame, State, Sym};

/// How deep such functions call each other.
const DEPTH: u32 = 3;
/// How many calls of one file are followed in one pass.
pub(super) const BUDGET: u32 = 256;

impl<'a> Engine<'a> {
    /// The text that a function returns for these arguments; `skip` is 1 for a method.
    pub(super) fn made_text(&mut self, f: u32, skip: usize, args: &[Arg<'a>], range: TextRange) -> Option<V> {
        let returns = self.functions[f as usize].seen_returns();
        let texts = self.texts(returns);
        let constant = |a: &Arg<'a>| !a.starred && self.constant_truth(a.value).is_some();
        if self.inlined == DEPTH
            || !matches!(self.kind(returns), Kind::Str(_))
            || !(texts.is_empty() || texts.iter().any(|(_, t)| t.len() > 32))
            || self.inline_budget == 0
            || args.is_empty()
            || !args.iter().all(constant)
        {
            return None;
        }
        self.inline_budget -= 1;
        let function = &self.functions[f as usize];
        let Code::Def(d) = function.code else { return None };
        let frame = Frame {
            scope: function.scope,
            function: Some(f),
            class: function.class,
            state: State::default(),
        };
        let frame = std::mem::replace(&mut self.frame, frame);
        let loops = std::mem::take(&mut self.loops);
        let overlay = std::mem::take(&mut self.overlay);
        let conditional = std::mem::take(&mut self.conditional);
        let returns = std::mem::replace(&mut self.functions[f as usize].returns, V::UNBOUND);
        self.quiet += 1;
        self.inlined += 1;
        self.bind_parameters(f);
        for (i, p) in d.parameters.iter_non_variadic_params().enumerate() {
            let name = p.parameter.name.as_str();
            let passed = args.iter().find(|a| a.name == Some(name)).or_else(|| {
                let place = i.checked_sub(skip)?;
                args.iter().filter(|a| a.name.is_none()).nth(place)
            });
            match (passed, p.default.as_deref()) {
                (Some(arg), _) => self.set_local(name, arg.value),
                (None, Some(default)) => {
                    let v = self.eval(default);
                    self.set_local(name, v);
                }
                (None, None) => {}
            }
        }
        self.block(&d.body);
        self.inlined -= 1;
        self.quiet -= 1;
        let made = std::mem::replace(&mut self.functions[f as usize].returns, returns);
        self.frame = frame;
        self.loops = loops;
        self.overlay = overlay;
        self.conditional = conditional;
        let text = matches!(self.kind(made), Kind::Str(Some(_)));
        text.then(|| self.make(self.kind(made).clone(), range, Sym::LOCAL, [made]))
    }

    /// The truth of a constant.
    pub(super) fn constant_truth(&self, v: V) -> Option<bool> {
        match self.kind(v) {
            Kind::Bool(b) => *b,
            Kind::Int(i) => i.map(|i| i != 0),
            Kind::Str(s) => s.as_ref().map(|s| !s.is_empty()),
            Kind::NoneValue => Some(false),
            _ => None,
        }
    }

    /// The branch of an `if` whose tests are constants, while a function is run for its text.
    pub(super) fn taken_branch(&mut self, s: &'a ast::StmtIf) -> Option<&'a [Stmt]> {
        if self.inlined == 0 {
            return None;
        }
        let test = self.eval(&s.test);
        if self.constant_truth(test)? {
            return Some(&s.body);
        }
        for clause in &s.elif_else_clauses {
            let holds = match &clause.test {
                Some(test) => {
                    let v = self.eval(test);
                    self.constant_truth(v)?
                }
                None => true,
            };
            if holds {
                return Some(&clause.body);
            }
        }
        Some(&[])
    }

    /// The same of `a if test else b`.
    pub(super) fn taken_value(&mut self, test: V, i: &'a ast::ExprIf) -> Option<&'a Expr> {
        if self.inlined == 0 {
            return None;
        }
        Some(if self.constant_truth(test)? { &i.body } else { &i.orelse })
    }
}
