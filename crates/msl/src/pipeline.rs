//! The pipeline: parse, read facts, lower, verify.

use crate::doubtful::{declared_names, doubtful};
use crate::facts::facts;
use crate::lower::{Lowered, ParamNames, lower};
use crate::prelude::PRELUDE;
use crate::request::{Compiled, MathMode, Signature, TemplateValue};
use crate::syntax::ast::{Item, Tree};
use crate::syntax::{ParseOptions, parse};
use emberforge_base::{Diagnostic, Severity, SourceId, Sources, Span};
use std::collections::HashSet;
use std::sync::OnceLock;

/// The source number the prelude is parsed under; it gets a real one when something points into it.
const PRELUDE_SOURCE: u16 = 4000;
/// Stack for deeply nested expressions and calls.
const STACK_BYTES: usize = 256 << 20;

/// Compiles a body with its header. The prelude is added to `sources` when something points into it.
pub fn compile(sources: &mut Sources, header: SourceId, body: SourceId, signature: &Signature) -> Compiled {
    let prelude = prelude();
    let template_types = signature.template.iter().filter(|(_, v)| matches!(v, TemplateValue::Type(_)));
    let type_names: Vec<&str> =
        prelude.types.iter().copied().chain(template_types.map(|(n, _)| &**n)).collect();
    let arrays = signature.inputs.iter().map(|i| &*i.name).chain(signature.outputs.iter().map(|o| &*o.name));
    let value_names: Vec<&str> = arrays.collect();
    let options = ParseOptions {
        fast_math: signature.math_mode == MathMode::Fast,
        type_names: &type_names,
        template_names: &prelude.templates,
        value_names: &value_names,
    };
    let parsed = parse(sources, header, body, &options);

    let mut declared = HashSet::new();
    declared_names(&parsed.tree.body, &mut declared);
    let names: HashSet<&str> = parsed.body_names.iter().map(|i| &*i.name).collect();
    let facts = facts(&names, &declared, signature);

    let param_names = ParamNames::new(signature);
    let body_span = Span::new(body, 0, 0);
    let broken = parsed.diagnostics.iter().any(Diagnostic::is_error);
    let lowered = on_large_stack(|| {
        let mut lowered = lower(&prelude.tree, &parsed.tree, signature, &param_names, &facts, body_span);
        // Where there are errors, what else is doubtful can wait.
        if !broken && !lowered.diagnostics.iter().any(Diagnostic::is_error) {
            lowered.diagnostics.extend(doubtful(&parsed, signature, body_span));
        }
        lowered
    });
    let Lowered { mut kernel, args, diagnostics } = lowered;

    let mut all = parsed.diagnostics.clone();
    all.extend(diagnostics.into_iter().map(|d| parsed.explain(d)));
    let mut relocate = Relocate { sources, real: None };
    all.iter_mut().for_each(|d| relocate.diagnostic(d));
    for inst in &mut kernel.insts {
        relocate.span(&mut inst.span);
    }
    for array in kernel.threadgroup.iter_mut().chain(&mut kernel.private) {
        relocate.span(&mut array.span);
    }
    let failed = all.iter().any(|d| d.severity == Severity::Error);
    #[cfg(debug_assertions)]
    if !failed && let Some(problem) = emberforge_ir::verify(&kernel).first() {
        all.push(
            Diagnostic::error("internal", problem.span().unwrap_or(body_span), problem.message().to_string())
                .note("the compiled kernel is not valid; this is a bug in Emberforge"),
        );
        return Compiled { kernel: None, args, diagnostics: all, facts };
    }
    Compiled { kernel: (!failed).then_some(kernel), args, diagnostics: all, facts }
}

/// The prelude, parsed.
struct Prelude {
    tree: Tree,
    types: Vec<&'static str>,
    templates: Vec<&'static str>,
}

fn prelude() -> &'static Prelude {
    static PARSED: OnceLock<Prelude> = OnceLock::new();
    static TREE: OnceLock<Tree> = OnceLock::new();
    PARSED.get_or_init(|| {
        let tree = TREE.get_or_init(|| {
            let mut sources = Sources::new();
            for _ in 0..PRELUDE_SOURCE {
                sources.add("", "");
            }
            let header = sources.add("<prelude>", PRELUDE);
            let body = sources.add("", "");
            parse(&sources, header, body, &ParseOptions::default()).tree
        });
        let (mut types, mut templates) = (Vec::new(), Vec::new());
        names_of(&tree.header, &mut types, &mut templates);
        Prelude { tree: tree.clone(), types, templates }
    })
}

fn names_of(items: &'static [Item], types: &mut Vec<&'static str>, templates: &mut Vec<&'static str>) {
    for item in items {
        match item {
            Item::Struct(s) => types.push(&s.name.name),
            Item::Enum(e) => types.push(&e.name.name),
            Item::Alias { name, .. } => types.push(&name.name),
            Item::Namespace { items, .. } => names_of(items, types, templates),
            Item::Function(f) if !f.template.is_empty() => {
                if let crate::syntax::ast::FunctionName::Plain(name) = &f.name {
                    templates.push(&name.name);
                }
            }
            _ => {}
        }
    }
}

/// Runs `f` on a thread with a large stack; on this one if none can be had.
fn on_large_stack<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    let mut slot = Some(f);
    let result = std::thread::scope(|scope| {
        let work = slot.as_mut().map(|_| ());
        let _ = work;
        let f = slot.take()?;
        let handle = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, f);
        match handle {
            Ok(handle) => match handle.join() {
                Ok(value) => Some(value),
                Err(panic) => std::panic::resume_unwind(panic),
            },
            Err(_) => None,
        }
    });
    match (result, slot) {
        (Some(value), _) => value,
        (None, Some(f)) => f(),
        (None, None) => panic!("no thread for the compiler could be started"),
    }
}

/// Gives the prelude a place among the user's sources when something points into it.
struct Relocate<'s> {
    sources: &'s mut Sources,
    real: Option<SourceId>,
}

impl Relocate<'_> {
    fn span(&mut self, span: &mut Span) {
        if span.source == SourceId::new(PRELUDE_SOURCE) {
            let sources = &mut *self.sources;
            span.source = *self.real.get_or_insert_with(|| sources.add("<prelude>", PRELUDE));
        }
    }

    fn diagnostic(&mut self, d: &mut Diagnostic) {
        self.span(&mut d.primary.span);
        for label in &mut d.secondary {
            self.span(&mut label.span);
        }
        for (span, _) in d.suggestions.iter_mut().flat_map(|s| &mut s.edits) {
            self.span(span);
        }
    }
}
