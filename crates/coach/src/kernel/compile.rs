//! The front end on a kernel of which not everything is known. Unknown dtypes, ranks and template arguments are
//! assumed; where an assumption does not compile, others are tried, so that no finding rests on a wrong guess.

mod guess;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use emberforge_base::{DType, Diagnostic, Severity, Sources};
use emberforge_ir as ir;
use emberforge_msl::syntax::ast::{Ident, Tree};
use emberforge_msl::{Facts, KernelArg, Signature, TemplateValue, compile, syntax};

use guess::{Guess, filled};

use super::shape::{HalfSum, half_sums};
use super::spec::{Launch, Spec, Template};
use super::trace::Trace;
use super::{flow::Flow, trace};

/// An unknown template integer: large enough for tiles, and a multiple of 32.
const SOME_INT: i32 = 64;
/// An unknown number of elements.
const SOME_SIZE: usize = 1 << 20;
/// Most tries with other assumptions.
const MAX_TRIES: usize = 8;

/// What the front end and the analyses say of a body; places are offsets in its texts.
#[derive(Debug)]
pub struct Analysis {
    /// What it was compiled for.
    pub signature: Signature,
    /// The findings of the front end.
    pub diagnostics: Vec<Diagnostic>,
    /// The buffers.
    pub args: Vec<KernelArg>,
    /// What the body uses.
    pub facts: Facts,
    /// The tree.
    pub tree: Tree,
    /// The identifiers of the preprocessed body.
    pub names: Vec<Ident>,
    /// The program, if it compiles.
    pub ir: Option<ir::Kernel>,
    /// Which values differ between threads.
    pub flow: Flow,
    /// What one threadgroup does.
    pub trace: Trace,
    /// Sums in half types.
    pub half_sums: Vec<HalfSum>,
    /// Every dtype and rank is known.
    pub typed: bool,
    /// No constant is assumed and the text has no holes.
    pub exact: bool,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    body: String,
    header: String,
    rest: String,
    launch: Option<Launch>,
}

/// Most analyses that are kept.
const CACHE: usize = 512;

/// The analysis of a kernel; the same kernel is analysed once.
pub(super) fn analyse(spec: &Spec) -> Arc<Analysis> {
    static DONE: OnceLock<Mutex<HashMap<Key, Arc<Analysis>>>> = OnceLock::new();
    let key = Key {
        body: spec.body.text.clone(),
        header: spec.header.text.clone(),
        rest: format!(
            "{:?} {:?} {:?} {} {} {:?}",
            spec.inputs, spec.outputs, spec.template, spec.template_open, spec.atomic, spec.math
        ),
        launch: spec.launch.clone(),
    };
    let done = DONE.get_or_init(Mutex::default);
    if let Some(found) = done.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return found.clone();
    }
    let analysis = Arc::new(fresh(spec));
    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
    if done.len() >= CACHE {
        done.clear();
    }
    done.insert(key, analysis.clone());
    analysis
}

fn fresh(spec: &Spec) -> Analysis {
    let holes = spec.body.has_holes() || spec.header.has_holes();
    let header = filled(&spec.header.text);
    let body = filled(&spec.body.text);
    let mut guess = Guess::of(spec, &header, &body);
    if holes {
        guess.template.push(("_".to_owned(), TemplateValue::Type(DType::F32)));
    }
    let mut best = Try::run(&header, &body, guess.signature(spec));
    let mut tries = 1;
    // Names that may be template arguments of calls that are not seen.
    while tries < MAX_TRIES
        && best.errors() > 0
        && (guess.repair(&best, &header, &body) | (spec.template_open && guess.adopt(&best, &header, &body)))
    {
        best = Try::run(&header, &body, guess.signature(spec));
        tries += 1;
    }
    if best.errors() > 0 {
        for other in guess.others() {
            if tries == MAX_TRIES || best.errors() == 0 {
                break;
            }
            let next = Try::run(&header, &body, other.signature(spec));
            tries += 1;
            if next.errors() < best.errors() {
                best = next;
            }
        }
    }
    let Try { signature, compiled, tree, names } = best;
    let exact = !holes && !guess.assumed_constants;
    let (mut flow, mut traced, mut half) = (Flow::default(), Trace::default(), Vec::new());
    if let Some(kernel) = &compiled.kernel {
        flow = Flow::of(kernel, spec.launch.as_ref());
        traced = trace::run(kernel, &flow, spec.launch.as_ref());
        half = half_sums(kernel, &flow, false);
    }
    // A template type that the call takes from an array is often a half type.
    if spec.template.iter().any(|(_, v)| *v == Template::Type) || (spec.template_open && guess.has_types()) {
        let other = Try::run(&header, &body, guess.in_half(spec).signature(spec));
        if let Some(kernel) = &other.compiled.kernel {
            half.extend(half_sums(kernel, &Flow::of(kernel, spec.launch.as_ref()), true));
        }
    }
    Analysis {
        signature,
        diagnostics: compiled.diagnostics,
        args: compiled.args,
        facts: compiled.facts,
        tree,
        names,
        ir: compiled.kernel,
        flow,
        trace: traced,
        half_sums: half,
        typed: guess.unknown_types.is_empty() && guess.unknown_ranks.is_empty(),
        exact,
    }
}

struct Try {
    signature: Signature,
    compiled: emberforge_msl::Compiled,
    tree: Tree,
    names: Vec<Ident>,
}

impl Try {
    fn run(header: &str, body: &str, signature: Signature) -> Try {
        let mut sources = Sources::new();
        let header = sources.add("header", header);
        let body = sources.add("body", body);
        let compiled = compile(&mut sources, header, body, &signature);
        let types: Vec<&str> = signature
            .template
            .iter()
            .filter(|(_, v)| matches!(v, TemplateValue::Type(_)))
            .map(|(n, _)| &**n)
            .collect();
        let options = syntax::ParseOptions { type_names: &types, ..syntax::ParseOptions::default() };
        let parsed = syntax::parse(&sources, header, body, &options);
        Try { signature, compiled, tree: parsed.tree, names: parsed.body_names }
    }

    /// How much speaks against the assumptions: errors that hang on types count double.
    fn errors(&self) -> usize {
        let errors = self.compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| if super::hangs_on_types(d) { 2 } else { 1 }).sum()
    }
}
