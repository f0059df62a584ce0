//! A whole file test: diagnostics, runs on every engine, expectations, and their rewriting.

use super::{TestFile, carets};
use crate::{HostArray, Kernel, engines};
use emberforge_base::{Error, Result};

/// How a file test is run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// Rewrite what the file expects instead of failing.
    pub bless: bool,
}

/// The result of a file test.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What went wrong; empty when the test passes.
    pub problems: Vec<String>,
    /// What was run, or skipped and why.
    pub ran: Vec<String>,
    /// The file's new text, when blessing changed it.
    pub blessed: Option<String>,
}

/// Fuel of file tests that set none: enough for any of them, and a few seconds when a loop is endless.
const FUEL: u64 = 50_000_000;

impl TestFile {
    /// Runs the test.
    pub fn test(&self, options: RunOptions) -> Verdict {
        let mut verdict = Verdict::default();
        if let Err(error) = self.test_into(options, &mut verdict) {
            verdict.problems.push(error.to_string());
        }
        verdict
    }

    fn test_into(&self, options: RunOptions, verdict: &mut Verdict) -> Result<()> {
        let setup = self.setup()?;
        let report = match self.builder(&setup).check(&setup.types()) {
            Err(error) => return self.failed(&error, verdict),
            Ok(report) => report,
        };
        let mismatches = self.compare_diagnostics(&report);
        if !mismatches.is_empty() {
            if options.bless {
                let end = self.parts.directives_end;
                verdict.blessed = Some(carets::bless(&self.text, &report, &self.parts.annotations, end));
            } else {
                verdict.problems.extend(mismatches);
                verdict.problems.push(report.render(false));
            }
        }
        if report.has_errors() {
            if self.expectations() > 0 {
                verdict.problems.push("the file expects results and does not compile".to_string());
            }
            return Ok(());
        }
        let inputs = setup.arrays()?;
        let kernel = self.builder(&setup).build()?;
        let mut first: Option<Vec<HostArray>> = None;
        for engine in engines() {
            if let Some(reason) = engine.absent {
                verdict.ran.push(format!("{} skipped: {reason}", engine.name));
                continue;
            }
            for threads in [1, 2] {
                let outputs = match self.run_once(&kernel, &setup, &inputs, threads) {
                    Err(error) => return self.failed(&error, verdict),
                    Ok(outputs) => outputs,
                };
                verdict.ran.push(format!("{} with {threads} threads", engine.name));
                match &first {
                    None => first = Some(outputs),
                    Some(one) => {
                        for ((a, b), (name, _)) in one.iter().zip(&outputs).zip(&setup.outputs) {
                            if !a.same_bits(b) {
                                verdict.problems.push(format!(
                                    "output `{name}` differs between 1 and {threads} threads:\n{a}\n{b}"
                                ));
                            }
                        }
                    }
                }
            }
        }
        if let Some(expectation) = &self.parts.failure {
            verdict.problems.push(format!("the run should fail with `{}` and succeeds", expectation.text));
        }
        self.expect(&setup, &inputs, &first.unwrap_or_default(), options, verdict)
    }

    fn run_once(
        &self,
        kernel: &Kernel,
        setup: &super::Setup,
        inputs: &[HostArray],
        threads: usize,
    ) -> Result<Vec<HostArray>> {
        let mut call = setup.call(kernel, inputs).threads(threads);
        if setup.fuel.is_none() {
            call = call.fuel(FUEL);
        }
        call.run()
    }

    /// A failed run passes when the file asks for it.
    fn failed(&self, error: &Error, verdict: &mut Verdict) -> Result<()> {
        match &self.parts.failure {
            Some(expected) if error.to_string().contains(&expected.text) => {
                verdict.ran.push(format!("failed as expected: {error}"));
                Ok(())
            }
            Some(expected) => Err(Error::invalid(format!(
                "the run should fail with `{}` and fails with: {error}",
                expected.text
            ))),
            None => Err(error.clone()),
        }
    }

    fn expect(
        &self,
        setup: &super::Setup,
        inputs: &[HostArray],
        outputs: &[HostArray],
        options: RunOptions,
        verdict: &mut Verdict,
    ) -> Result<()> {
        let nothing = self.parts.expectations.is_empty()
            && self.parts.failure.is_none()
            && self.parts.annotations.is_empty();
        if nothing && verdict.blessed.is_none() {
            verdict.problems.push(
                "the file expects nothing; add `// ember: expect y = ?` and run with EMBER_BLESS=1"
                    .to_string(),
            );
        }
        if options.bless {
            let text = self.bless_lists(setup, inputs, outputs)?;
            if text != self.text {
                if verdict.blessed.is_some() {
                    return Err(Error::invalid("diagnostics and lists both changed; bless twice"));
                }
                verdict.blessed = Some(text);
            }
            return Ok(());
        }
        for outcome in self.check(setup, inputs, outputs)? {
            if !outcome.passed {
                verdict.problems.push(format!(
                    "{}:{}: expect {}: {}",
                    self.path().display(),
                    outcome.line,
                    crate::data::shorten(&outcome.text),
                    outcome.detail
                ));
            }
        }
        Ok(())
    }

    /// The file's text with `NAME = ?` and failing exact lists replaced by what the run gave.
    fn bless_lists(
        &self,
        setup: &super::Setup,
        inputs: &[HostArray],
        outputs: &[HostArray],
    ) -> Result<String> {
        let mut lines: Vec<String> = self.text.split_inclusive('\n').map(str::to_string).collect();
        for expectation in self.parts.expectations.iter().rev() {
            let Some((name, value)) = expectation.text.split_once('=') else { continue };
            let (name, value) = (name.trim(), value.trim());
            let Some(output) = setup.outputs.iter().position(|(n, _)| n == name) else { continue };
            let asked = value.starts_with('?');
            let exact_list = value.starts_with('[') && value.ends_with(']');
            if !asked && !exact_list {
                continue;
            }
            if exact_list {
                let mut one = self.clone();
                one.parts.expectations = vec![expectation.clone()];
                if one.check(setup, inputs, outputs)?.iter().all(|o| o.passed) {
                    continue;
                }
            }
            let tail = value.strip_prefix('?').unwrap_or("").trim();
            let array = &outputs[output];
            let values = (0..array.len()).map(|i| crate::host::literal(array.dtype(), array.get(i)));
            let text = directive_list(name, values, tail);
            let (first, last) = expectation.lines;
            lines.splice(first - 1..last, [text]);
        }
        Ok(lines.concat())
    }
}

/// `// ember: expect NAME = [...]`, broken into lines.
fn directive_list(name: &str, values: impl Iterator<Item = String>, tail: &str) -> String {
    let mut out = format!("// ember: expect {name} = [");
    let mut width = out.len();
    for (i, value) in values.enumerate() {
        if i > 0 {
            out.push(',');
            width += 1;
            if width + value.len() > 105 {
                out.push_str("\n//  ");
                width = 4;
            }
            out.push(' ');
            width += 1;
        }
        out.push_str(&value);
        width += value.len();
    }
    out.push(']');
    if !tail.is_empty() {
        out.push(' ');
        out.push_str(tail);
    }
    out.push('\n');
    out
}
