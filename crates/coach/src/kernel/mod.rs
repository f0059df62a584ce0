//! Kernel bodies: those in the strings of a Python file, paired with the calls that launch them, and `.metal` files.
//!
//! The way of a body: [`spec`] says what the file knows of it, [`text`] where its characters stand, `compile` runs the
//! front end (crate msl) under assumptions about the rest, [`flow`] finds what differs between threads, [`trace`]
//! executes one threadgroup with unknown data, and [`shape`] answers questions about single instructions. The rules
//! hear of it as an `Event::Kernel`.

mod compile;
mod directive;
pub mod flow;
mod memory;
pub mod shape;
pub mod spec;
pub mod text;
pub mod trace;
mod unit;

use std::sync::Arc;

use emberforge_base::{Diagnostic, Span};
use emberforge_ir as ir;
use ruff_text_size::{TextRange, TextSize};

pub use compile::Analysis;
use spec::Spec;

use crate::engine::Engine;

/// Findings of the front end that name what it cannot do, not what the text does wrong.
const LIMITS: [&str; 9] = [
    "unsupported",
    "unsupported-construct",
    "unresolved-include",
    "too-large",
    "too-deep",
    "nested-too-deeply",
    "constant-too-long",
    "internal",
    "null-pointer",
];
/// Findings about names, which do not depend on types.
const NAMES: [&str; 3] = ["undeclared-name", "undeclared-function", "unknown-type"];

/// A kernel as one of its calls sees it.
pub struct Kernel {
    /// What the file says.
    pub spec: Spec,
    /// What the front end and the analyses say; `None` if there is no text.
    pub analysis: Option<Arc<Analysis>>,
    /// Why there is no text.
    pub unknown: Option<String>,
}

/// The kernel of a definition, once for each different call.
pub fn of_definition(e: &Engine<'_>, id: u32) -> Vec<Kernel> {
    match spec::of_definition(e, id) {
        Ok(specs) => specs
            .into_iter()
            .map(|spec| Kernel { analysis: Some(compile::analyse(&spec)), spec, unknown: None })
            .collect(),
        Err(why) => {
            let def = e.kernel(id);
            let spec = Spec {
                name: def.name.clone().unwrap_or_default(),
                def: ruff_text_size::Ranged::range(def.call),
                ..Spec::default()
            };
            vec![Kernel { spec, analysis: None, unknown: Some(why) }]
        }
    }
}

/// The kernels of a `.metal` file: the whole ones that it holds, or the one whose body it is.
pub fn of_metal_file(path: &str, source: &str) -> Vec<Kernel> {
    let stem = path.rsplit(['/', '\\']).next().unwrap_or(path).trim_end_matches(".metal");
    let name: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if text::signature(source).is_none() && !text::without_comments(source).contains("instantiate_") {
        let spec = Spec { name, ..directive::read(source) };
        return vec![Kernel { analysis: Some(compile::analyse(&spec)), spec, unknown: None }];
    }
    let examined = |(spec, unknown): unit::Unit| Kernel {
        analysis: unknown.is_none().then(|| compile::analyse(&spec)),
        spec,
        unknown,
    };
    let mut all: Vec<Kernel> = unit::read(source).into_iter().map(examined).collect();
    if all.is_empty() {
        let unknown =
            Some("the file holds Metal functions, and no kernel with a body was found in it".to_owned());
        all.push(Kernel { spec: Spec { name, whole: true, ..Spec::default() }, analysis: None, unknown });
    }
    all
}

/// A name in the place of a type that nothing declares.
fn is_name(d: &Diagnostic) -> bool {
    d.code == "expected-token" && d.message.ends_with("is not declared")
}

/// Whether an error may come from an assumed type or rank.
fn hangs_on_types(d: &Diagnostic) -> bool {
    !is_name(d)
        && !NAMES.contains(&d.code)
        && !matches!(d.code, "no-double" | "read-only" | "threadgroup-size" | "not-atomic")
}

impl Kernel {
    /// The program, where it compiles.
    pub fn ir(&self) -> Option<(&ir::Kernel, &Analysis)> {
        let analysis = self.analysis.as_deref()?;
        Some((analysis.ir.as_ref()?, analysis))
    }

    /// Where a span of the texts stands in the file.
    pub fn place(&self, span: Span) -> TextRange {
        let (start, end) = (span.start as usize, span.end as usize);
        match span.source.index() {
            0 if self.spec.header.is_placed() => self.spec.header.place(start, end),
            1 if self.spec.body.is_placed() => self.spec.body.place(start, end),
            _ => self.spec.def,
        }
    }

    /// Where an instruction stands in the file.
    pub fn at(&self, kernel: &ir::Kernel, v: ir::ValueId) -> TextRange {
        self.place(kernel.inst(v).span)
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        let text = match span.source.index() {
            0 => &self.spec.header.text,
            1 => &self.spec.body.text,
            _ => return "",
        };
        text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The text of an instruction.
    pub fn text_of(&self, kernel: &ir::Kernel, v: ir::ValueId) -> &str {
        self.text(kernel.inst(v).span)
    }

    /// The range that stands for the whole kernel: the first line of its text, or its definition.
    pub fn whole(&self) -> TextRange {
        match self.spec.def.is_empty() {
            true => TextRange::at(TextSize::new(0), TextSize::new(0)),
            false => self.spec.def,
        }
    }

    /// The errors of the front end that are the text's mistakes: none that rests on an assumption.
    pub fn mistakes(&self) -> impl Iterator<Item = &Diagnostic> {
        let open = self.analysis.as_ref().is_none_or(|a| !a.typed || !a.exact) || self.spec.template_open;
        let exact = self.analysis.as_ref().is_some_and(|a| a.exact);
        // What was not included may declare anything.
        let elsewhere =
            self.analysis.iter().flat_map(|a| &a.diagnostics).any(|d| d.code == "unresolved-include");
        let holes = elsewhere || self.spec.body.has_holes() || self.spec.header.has_holes();
        self.analysis.iter().flat_map(|a| &a.diagnostics).filter(move |d| {
            d.is_error()
                && !LIMITS.contains(&d.code)
                && !holes
                && (!open
                    || !hangs_on_types(d)
                    || self.misused_input(d).is_some_and(|i| self.spec.inputs[i].dims.is_some()))
                && !self.follows_from(d)
                && (d.code != "threadgroup-size" || exact)
        })
    }

    /// The input that an error says is indexed and has no dimensions, or is not indexed and has some.
    fn misused_input(&self, d: &Diagnostic) -> Option<usize> {
        let text = self.text(d.primary.span);
        let pointer = matches!(d.code, "operand-type" | "type-mismatch") && d.message.contains("*`");
        if d.code != "zero-dimensional" && !pointer {
            return None;
        }
        let part = |c: char| c.is_alphanumeric() || c == '_';
        self.spec.inputs.iter().position(|i| {
            text.match_indices(i.name.as_str()).any(|(at, name)| {
                let after = &text[at + name.len()..];
                !text[..at].ends_with(part) && !after.starts_with(part) && (after.starts_with('[') != pointer)
            })
        })
    }

    /// Whether an undeclared name is one whose declaration could not be read.
    fn follows_from(&self, d: &Diagnostic) -> bool {
        let name = self.text(d.primary.span);
        d.code == "undeclared-name"
            && self.analysis.iter().flat_map(|a| &a.diagnostics).filter(|e| is_name(e)).any(|e| {
                let text = if e.primary.span.source.index() == 0 {
                    &self.spec.header.text
                } else {
                    &self.spec.body.text
                };
                text.get(e.primary.span.end as usize..)
                    .is_some_and(|rest| rest.trim_start().starts_with(name))
            })
    }

    /// The rule that reports a finding of the front end.
    pub fn rule_of(&self, d: &Diagnostic) -> &'static str {
        let is_input = |text: &str| {
            let name = text.split('[').next().unwrap_or(text).trim();
            self.spec.inputs.iter().any(|i| i.name == name)
        };
        if self.misused_input(d).is_some() {
            return "KRN815";
        }
        match d.code {
            "no-double" => "MSL908",
            "threadgroup-size" => "MSL907",
            "read-only" if d.message.starts_with("inputs are") || is_input(self.text(d.primary.span)) => {
                "KRN809"
            }
            "not-atomic" => "MSL930",
            "kernel-in-header" => "KRN805",
            code if NAMES.contains(&code) => match self.text(d.primary.span) {
                "double" => "MSL908",
                _ => "KRN807",
            },
            _ if is_name(d) => "KRN807",
            _ => "MSL001",
        }
    }

    /// Why the body was not examined, if it was not.
    pub fn unexamined(&self) -> Option<String> {
        if let Some(why) = &self.unknown {
            return Some(why.clone());
        }
        let analysis = self.analysis.as_ref()?;
        if analysis.ir.is_some() || self.mistakes().next().is_some() {
            return None;
        }
        let first = analysis.diagnostics.iter().find(|d| d.is_error());
        Some(match first {
            Some(d) if LIMITS.contains(&d.code) => d.message.clone(),
            Some(d) => format!(
                "with the types and constants assumed for what is unknown it does not compile: {}",
                d.message
            ),
            None => "it does not compile".to_owned(),
        })
    }
}
