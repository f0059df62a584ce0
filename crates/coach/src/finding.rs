//! Findings as data: where, how bad, how sure, what to do, and the edits of a fix.

use ruff_text_size::{TextRange, TextSize};

use crate::engine::Sure;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It teaches.
    Info,
    /// A wrong result or a large cost in normal use.
    Warn,
    /// It raises, or gives a wrong result for every input.
    Error,
}

impl Severity {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warn => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a fix promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// There is no fix.
    None,
    /// Last bits, dtype or shape may change.
    Unsafe,
    /// Same values and dtype.
    Safe,
}

impl Safety {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Safety::None => "none",
            Safety::Unsafe => "unsafe",
            Safety::Safe => "safe",
        }
    }
}

/// A replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub text: String,
}

impl Edit {
    /// Replaces a range.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Edit {
        Edit { range, text: text.into() }
    }

    /// Inserts before an offset.
    pub fn insert(at: TextSize, text: impl Into<String>) -> Edit {
        Edit { range: TextRange::empty(at), text: text.into() }
    }
}

/// A fix: edits that belong together.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it promises.
    pub safety: Safety,
    /// The edits, in order.
    pub edits: Vec<Edit>,
}

/// A step of the reasoning behind a finding.
#[derive(Clone, Debug)]
pub struct WhyStep {
    /// The text it is about.
    pub range: TextRange,
    /// What follows from it.
    pub text: String,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's code.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub sure: Sure,
    /// Where.
    pub range: TextRange,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The words under the carets.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that matter.
    pub related: Vec<(TextRange, String)>,
    /// The edits that repair it.
    pub fix: Option<Fix>,
    /// Why the engine believes what the rule relies on.
    pub why: Vec<WhyStep>,
}

/// Where rules put findings.
#[derive(Default)]
pub struct Sink {
    /// The findings so far.
    pub(crate) findings: Vec<Finding>,
}

impl Sink {
    /// Adds a finding; the result is filled in by the rule.
    pub fn report(
        &mut self,
        rule: &crate::rules::Rule,
        range: TextRange,
        message: impl Into<String>,
    ) -> &mut Finding {
        let index = self.findings.len();
        self.findings.push(Finding {
            code: rule.code,
            severity: rule.severity,
            sure: rule.sure,
            range,
            message: message.into(),
            label: String::new(),
            help: None,
            related: Vec::new(),
            fix: None,
            why: Vec::new(),
        });
        &mut self.findings[index]
    }
}

impl Finding {
    /// What to do about it.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// The words under the carets.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.label = text.into();
        self
    }

    /// Another place that matters.
    pub fn related(&mut self, range: TextRange, text: impl Into<String>) -> &mut Self {
        self.related.push((range, text.into()));
        self
    }

    /// Lowers the confidence to that of an operand, and keeps why.
    pub fn because(&mut self, engine: &crate::engine::Engine<'_>, value: crate::engine::V) -> &mut Self {
        self.sure = self.sure.min(engine.sure(value));
        self.why.extend(engine.why(value));
        self
    }

    /// Lowers the confidence.
    pub fn at_most(&mut self, sure: Sure) -> &mut Self {
        self.sure = self.sure.min(sure);
        self
    }

    /// Changes the severity.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Edits that change nothing but what is wrong.
    pub fn fix_safe(&mut self, edits: Vec<Edit>) -> &mut Self {
        self.fix = Some(Fix { safety: Safety::Safe, edits });
        self
    }

    /// Edits that may change last bits, dtype or shape.
    pub fn fix_unsafe(&mut self, edits: Vec<Edit>) -> &mut Self {
        self.fix = Some(Fix { safety: Safety::Unsafe, edits });
        self
    }
}
