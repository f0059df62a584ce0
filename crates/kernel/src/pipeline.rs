//! Text to runnable program: the one place that calls every stage by name.

use crate::builder::Definition;
use crate::msl::{self, Facts, InputParam, KernelArg, OutputParam, Signature};
use crate::{Report, Types, vm};
use emberforge_base::{Diagnostic, Error, ErrorKind, Result, SourceId, Sources, Span, render};
use emberforge_ir as ir;
use std::time::{Duration, Instant};

/// A text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// What messages call a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub(crate) name: String,
    /// Lines above it in its file.
    pub(crate) first_line: usize,
}

/// A kernel ready to run for one set of types.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) ir: ir::Kernel,
    pub(crate) args: Vec<KernelArg>,
    pub(crate) machine: vm::Program,
    /// Warnings.
    pub(crate) report: Report,
    /// Time spent reading and lowering, and time spent making the machine's program.
    pub(crate) front: Duration,
    pub(crate) back: Duration,
}

impl Program {
    /// A machine's error, drawn at the text that was being executed when it is the user's.
    pub(crate) fn locate(&self, error: Error) -> Error {
        let Some(span) = error.span().filter(|s| s.source.index() < 2) else { return error };
        let mut diagnostic = Diagnostic::error("stopped", span, error.to_string());
        if error.to_string().contains("fuel") {
            diagnostic = diagnostic.help("the limit is `fuel` in a call and `--fuel` on the command line");
        } else if error.to_string().contains("time limit") {
            diagnostic =
                diagnostic.help("the limit is `time_limit` in a call and `--time-limit` on the command line");
        }
        Error::new(error.kind(), render(&diagnostic, &self.report.sources, false)).at(span)
    }
}

/// What happens to a kernel: the text is compiled to IR, the IR is verified, the machine's program is made from it.
pub(crate) fn compile(definition: &Definition, types: &Types) -> Result<Program> {
    let started = Instant::now();
    let signature = signature(definition, types);
    let (report, compiled) = front_end(definition, &signature);
    let Some(kernel) = compiled.kernel.filter(|_| !report.has_errors()) else {
        return Err(source_error(&report));
    };
    verify(&kernel)?;
    let front = started.elapsed();
    let machine = vm::compile(&kernel)?;
    let back = started.elapsed() - front;
    Ok(Program { ir: kernel, args: compiled.args, machine, report, front, back })
}

/// Every finding, errors included.
pub(crate) fn check(definition: &Definition, types: &Types) -> Report {
    let (mut report, compiled) = front_end(definition, &signature(definition, types));
    if let Some(kernel) = &compiled.kernel
        && let Err(error) = verify(kernel)
    {
        // A verifier's complaint is our bug; it must not look like a clean kernel.
        let (_, body, _) = sources(definition);
        report.diagnostics.push(Diagnostic::error("internal", Span::new(body, 0, 0), error.to_string()));
    }
    report
}

/// Findings that need no types: those of the preprocessor and the parser.
pub(crate) fn parse(definition: &Definition) -> Report {
    let (header, body, sources) = sources(definition);
    let options = msl::syntax::ParseOptions {
        fast_math: definition.math_mode == msl::MathMode::Fast,
        ..msl::syntax::ParseOptions::default()
    };
    let diagnostics = msl::syntax::parse(&sources, header, body, &options).diagnostics;
    Report { sources, diagnostics }
}

/// The Metal source for these types, whether or not the body compiles.
pub(crate) fn source_text(definition: &Definition, types: &Types) -> String {
    let signature = signature(definition, types);
    let (_, compiled) = front_end(definition, &signature);
    metal_source(definition, &signature, &compiled.facts)
}

fn metal_source(definition: &Definition, signature: &Signature, facts: &Facts) -> String {
    msl::signature::metal_source(signature, facts, &definition.header.text, &definition.body.text)
}

/// The header's and the body's ids in a fresh set of sources.
fn sources(definition: &Definition) -> (SourceId, SourceId, Sources) {
    let mut sources = Sources::new();
    let mut add = |t: &Text| sources.add_at_line(&*t.origin.name, &*t.text, t.origin.first_line);
    let (header, body) = (add(&definition.header), add(&definition.body));
    (header, body, sources)
}

fn front_end(definition: &Definition, signature: &Signature) -> (Report, msl::Compiled) {
    let (header, body, mut sources) = sources(definition);
    let mut compiled = msl::compile(&mut sources, header, body, signature);
    let mut diagnostics = std::mem::take(&mut compiled.diagnostics);
    diagnostics.sort_by_key(|d| (d.primary.span.source, d.primary.span.start));
    (Report { sources, diagnostics }, compiled)
}

/// Runs the verifier; a problem it finds is a fault of the front end.
fn verify(kernel: &ir::Kernel) -> Result<()> {
    match ir::verify(kernel).first() {
        None => Ok(()),
        Some(problem) => Err(Error::internal(format_args!("the front end made invalid IR: {problem}"))),
    }
}

fn source_error(report: &Report) -> Error {
    if report.has_errors() {
        return Error::new(ErrorKind::Source, report.render(false));
    }
    Error::internal("the front end gave neither a program nor an error")
}

/// The signature for these types. Sizes are reduced to what the front end may depend on (fewer than eight elements or
/// not), so that equal signatures mean equal programs.
pub(crate) fn signature(definition: &Definition, types: &Types) -> Signature {
    let input = |(name, (dtype, shape)): (&String, &(_, Vec<usize>))| InputParam {
        name: name.clone(),
        dtype: *dtype,
        ndim: shape.len(),
        size: if shape.iter().fold(1usize, |n, d| n.saturating_mul(*d)) < 8 { 1 } else { 8 },
    };
    let output = |(name, dtype): (&String, &_)| OutputParam { name: name.clone(), dtype: *dtype };
    Signature {
        name: definition.name.clone(),
        inputs: definition.inputs.iter().zip(&types.inputs).map(input).collect(),
        outputs: definition.outputs.iter().zip(&types.outputs).map(output).collect(),
        template: types.template_values(),
        atomic_outputs: definition.atomic_outputs,
        math_mode: definition.math_mode,
    }
}
