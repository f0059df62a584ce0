//! From tree to IR.
//!
//! Lowering is an abstract interpretation of the tree: evaluating an expression yields a [`Value`](value::Value) whose
//! parts are known constants or IR values, calls are expanded where they stand, and templates are expansions with types
//! bound. What comes out is scalar and call-free.
//!
//! A mistake is reported where it is found and makes the enclosing expression a [`Poison`]; statements go on after it.

mod access;
mod assign;
pub(crate) mod builtins;
mod call;
mod choice;
mod compact;
mod constant;
mod convert;
mod declare;
mod deduce;
mod emit;
mod expr;
mod foreign;
mod function;
mod globals;
mod init;
mod kernel;
mod lambda;
mod layout;
mod member;
mod memory;
mod name;
mod objects;
mod operators;
mod overload;
mod resolve;
mod returns;
mod scan;
mod scope;
mod stmt;
mod structs;
mod switch;
pub(crate) mod types;
mod unused;
pub(crate) mod value;

pub(crate) use kernel::{Lowered, ParamNames, lower};

use crate::request::Signature;
use crate::syntax::ast;
use declare::Object;
use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use function::{CallRecord, Frame, FunctionDecl};
use globals::Global;
use lambda::Closure;
use scan::{ReferenceTakers, Scan};
use scope::{Scope, ScopeId};
use std::collections::HashMap;
use std::rc::Rc;
use structs::{Instance, StructDecl, StructId};
use value::{Part, Poison, TemplateArgValue};

/// True for the library's scalar and vector types.
pub(crate) fn types_of_numbers(name: &str) -> bool {
    matches!(resolve::library_type(name), Some(types::Type::Scalar(_) | types::Type::Vector { .. }))
}

/// Most diagnostics of one kernel.
const MAX_DIAGNOSTICS: usize = 64;

/// The state of one lowering.
pub(crate) struct Lower<'a> {
    /// The kernel being written.
    pub(crate) builder: ir::Builder,
    /// What the kernel is compiled for.
    pub(crate) signature: &'a Signature,
    /// The place that stands for the generated signature in declarations.
    signature_span: Span,
    diagnostics: Vec<Diagnostic>,
    /// While above 0, diagnostics are dropped: something is only being tried.
    muted: u32,
    /// Open statement lists of the builder beyond the kernel's body.
    depth: u32,
    /// Nesting of expressions and statements being lowered.
    nesting: u32,
    scopes: Vec<Scope<'a>>,
    scope: ScopeId,
    functions: Vec<FunctionDecl<'a>>,
    /// How many of them the prelude declared.
    prelude_functions: usize,
    structs: Vec<StructDecl<'a>>,
    instances: Vec<Instance<'a>>,
    /// Struct scopes to instances; `u32::MAX` while one is being built.
    instance_of_scope: HashMap<ScopeId, u32>,
    /// What the tables of `constexpr` arrays hold, by pointer, for constants made from their elements.
    known_tables: HashMap<ir::ValueId, value::Parts>,
    instantiating: Vec<(StructId, Vec<TemplateArgValue>)>,
    next_enum: u32,
    globals: Vec<Global<'a>>,
    closures: Vec<Closure<'a>>,
    /// Methods defined outside their struct.
    outside: Vec<(&'a ast::Path, &'a ast::Function, ScopeId)>,
    /// Threadgroup arrays by declaration.
    objects: Vec<Object>,
    cells: Vec<Vec<Part>>,
    /// A constant is being evaluated: variables are cells, loops run now.
    constant_mode: bool,
    /// Statements the evaluation of constants may still run.
    constant_fuel: u32,
    frame: Frame<'a>,
    calls: Vec<CallRecord>,
    expansions: u32,
    /// Expressions evaluated so far.
    steps: u32,
    template_depth: u32,
    depth_of_user_conversions: u32,
    takers: ReferenceTakers<'a>,
    scans: HashMap<usize, Rc<Scan<'a>>>,
    no_template: Rc<Vec<TemplateArgValue>>,
}

impl<'a> Lower<'a> {
    fn new(signature: &'a Signature, signature_span: Span, takers: ReferenceTakers<'a>) -> Self {
        let no_template = Rc::new(Vec::new());
        let frame = Frame {
            this: None,
            scan: Rc::new(Scan::default()),
            returning: None,
            template: no_template.clone(),
            loops: Vec::new(),
            dead: 0,
        };
        let mut lower = Lower {
            builder: ir::Builder::new(&*signature.name),
            signature,
            signature_span,
            diagnostics: Vec::new(),
            muted: 0,
            depth: 0,
            nesting: 0,
            scopes: Vec::new(),
            scope: ScopeId(0),
            functions: Vec::new(),
            prelude_functions: 0,
            structs: Vec::new(),
            instances: Vec::new(),
            instance_of_scope: HashMap::new(),
            known_tables: HashMap::new(),
            instantiating: Vec::new(),
            next_enum: 0,
            globals: Vec::new(),
            closures: Vec::new(),
            outside: Vec::new(),
            objects: Vec::new(),
            cells: Vec::new(),
            constant_mode: false,
            constant_fuel: 1 << 20,
            frame,
            calls: Vec::new(),
            expansions: 0,
            steps: 0,
            template_depth: 0,
            depth_of_user_conversions: 0,
            takers,
            scans: HashMap::new(),
            no_template,
        };
        lower.scope = lower.new_namespace(None);
        lower
    }

    /// Gives a diagnostic; the result says that it has been given.
    pub(crate) fn error(&mut self, diagnostic: Diagnostic) -> Poison {
        self.report(diagnostic);
        Poison
    }

    /// Gives a diagnostic.
    pub(crate) fn report(&mut self, mut diagnostic: Diagnostic) {
        if self.muted > 0 || self.diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        // A mistake in a library text or macro is shown with the calls that led there.
        if let Some(call) = self.calls.last()
            && diagnostic.secondary.len() < 3
            && call.span() != diagnostic.primary.span
            && call.span() != self.functions[call.id().0 as usize].ast.span
        {
            diagnostic
                .secondary
                .push(emberforge_base::Label { span: call.span(), text: "called from here".into() });
        }
        let same =
            |d: &Diagnostic| d.primary.span == diagnostic.primary.span && d.message == diagnostic.message;
        if !self.diagnostics.iter().any(same) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Runs `f` without keeping its diagnostics.
    pub(crate) fn quietly<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.muted += 1;
        let result = f(self);
        self.muted -= 1;
        result
    }

    /// Opens a nested statement list.
    pub(crate) fn open_list(&mut self) {
        self.builder.open();
        self.depth += 1;
    }

    /// Closes the innermost statement list.
    pub(crate) fn close_list(&mut self) -> ir::Block {
        self.depth -= 1;
        self.builder.close()
    }

    /// Appends statements to the open list.
    pub(crate) fn splice(&mut self, list: ir::Block) {
        for stmt in list {
            self.builder.push(stmt);
        }
    }
}
