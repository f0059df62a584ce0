//! Functions of the header that nothing calls: lowered into a kernel that is thrown away, for their diagnostics.

use super::Lower;
use super::function::{CallArg, FunctionId, function_name};
use super::overload::Candidate;
use super::resolve::Declared;
use super::scope::ScopeId;
use super::types::Type;
use super::value::{Constness, Place, PlaceKind};
use crate::syntax::ast;
use emberforge_base::{Severity, Span};
use emberforge_ir as ir;
use ir::{Op, Space, VarId};
use std::rc::Rc;

/// Findings that are the text's mistakes even in a function that is never called.
const MISTAKES: [&str; 12] = [
    "undeclared-name",
    "undeclared-function",
    "unknown-type",
    "unknown-member",
    "argument-count",
    "no-matching-function",
    "type-mismatch",
    "redefinition",
    "missing-return",
    "return-value",
    "jump",
    "read-only",
];

impl<'a> Lower<'a> {
    /// Lowers functions that nothing called into a kernel that is thrown away, for their diagnostics.
    pub(crate) fn check_unused(&mut self, first: usize) {
        let mut id = first;
        while id < self.functions.len() {
            let decl = &self.functions[id];
            let (f, scope) = (decl.ast, decl.scope);
            let skip = decl.used
                || decl.is_member
                || !f.template.is_empty()
                || f.specialisation.is_some()
                || f.body.is_none();
            if !skip && self.builder.len() < super::emit::MAX_INSTRUCTIONS / 2 {
                self.check_function(FunctionId(id as u32), f, scope);
            }
            id += 1;
        }
    }

    pub(crate) fn check_function(&mut self, id: FunctionId, f: &'a ast::Function, scope: ScopeId) {
        let kernel = std::mem::replace(&mut self.builder, ir::Builder::new("check"));
        let depth = std::mem::replace(&mut self.depth, 0);
        let objects = std::mem::take(&mut self.objects);
        let tables = self.forget_tables();
        let span = f.span;
        if let Ok(params) = self.param_types(id, scope) {
            let args: Vec<CallArg<'a>> =
                params.iter().map(|p| CallArg::Place(self.opaque(p, span), span)).collect();
            let candidate = Candidate { id, scope, params, template: self.no_template(), ranks: Vec::new() };
            let before = self.diagnostics.len();
            let _ = self.expand(candidate, args, None, span);
            // What this front end lacks does not matter in a function that is never called.
            for diagnostic in self.diagnostics.iter_mut().skip(before) {
                if !MISTAKES.contains(&diagnostic.code) {
                    diagnostic.severity = Severity::Warning;
                    diagnostic.notes.push(format!("`{}` is never called", function_name(f)));
                }
            }
        }
        self.restore_tables(&tables);
        self.objects = objects;
        self.depth = depth;
        self.builder = kernel;
    }

    /// A place of a parameter's type about whose content nothing is known.
    pub(crate) fn opaque(&mut self, param: &Declared, span: Span) -> Place {
        let space = param.reference;
        let ty = match (&param.ty, space) {
            (ty, None | Some(Space::Thread)) if !matches!(ty, Type::Array(..)) => ty.clone(),
            (ty, space) => {
                let space = space.unwrap_or(Space::Thread);
                let var = self.builder.declare("argument", ir::Type::Pointer(space));
                let pointer = self.builder.inst(Op::Get(var), Some(ir::Type::Pointer(space)), span);
                return Place {
                    ty: ty.clone(),
                    kind: PlaceKind::Memory { pointer, offset: 0, space },
                    constness: Constness::Mutable,
                };
            }
        };
        let vars: Rc<[VarId]> =
            ty.leaves().iter().map(|leaf| self.builder.declare("argument", leaf.ty)).collect();
        Place { ty, kind: PlaceKind::Vars { vars, first: 0 }, constness: Constness::Mutable }
    }
}
