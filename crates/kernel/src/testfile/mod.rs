//! `.metal` files that say how they are run and what they must give.
//!
//! A file is the body of a kernel with leading `// ember:` directives. Any of them is a default that the command line
//! may override.
//!
//! | directive | meaning |
//! |---|---|
//! | `input x = f32(2,64):normal(0)` | next input; see [`Spec`](crate::data::Spec) for what may follow `=` |
//! | `output y = f32(2,64)` | next output |
//! | `grid X,Y,Z`, `threadgroup X,Y,Z` | the launch, in threads |
//! | `template T = f32` | next template argument: a dtype, an integer, `true` or `false` |
//! | `let B = 2, N = B * 64` | names for sizes, usable wherever a size or a number stands |
//! | `bench B = 8` | sizes that `ember kernel bench` uses instead |
//! | `init 0`, `math safe`, `atomic outputs`, `name f`, `fuel 1000` | as the options of the same name |
//! | `header file.h` | a header beside the file; or `[header]` ... `[body]` lines around a header in it |
//! | `expect ...` | an expectation, see below |
//!
//! Expectations compare elements of outputs (`y`, `y[3]`, `y[2..5]`) or formulas (`sum(y)`, `max(y.re)`) by `=`, `!=`,
//! `<`, `<=`, `>`, `>=` with a list, a formula over inputs, outputs and `i`, the flat index, or an array in a file:
//! ```text
//! // ember: expect y = [2, 4, 6]                            bit for bit; nan equals nan, -0 differs from 0
//! // ember: expect y = exp(x) within 2 ulp                  a formula, evaluated in f64
//! // ember: expect y = sum(j in 0..K: a[i*K+j]) within 1e-6 relative or 1e-30 absolute
//! // ember: expect y = golden.npy within 1e-3 of max
//! // ember: expect sum(y) = 1 within 1e-6
//! // ember: expect y = ?                                    filled in by EMBER_BLESS=1
//! // ember: expect failure: fuel                            the run must fail with this in its message
//! ```
//! A body that must not compile carries its diagnostics under the guilty text, see `carets.rs`; `EMBER_BLESS=1` writes
//! them.

mod carets;
mod expect;
mod formula;
mod options;
mod parse;
mod run;

pub use expect::Outcome;
pub use options::{Options, Setup};
pub use parse::Section;
pub use run::{RunOptions, Verdict};

use crate::data;
use crate::{Builder, HostArray, Report};
use emberforge_base::{Error, Result, SourceId, Sources};
use parse::Parts;
use std::path::{Path, PathBuf};

/// A `.metal` file.
#[derive(Clone, Debug)]
pub struct TestFile {
    path: PathBuf,
    text: String,
    parts: Parts,
    /// Header from `--header` or the `header` directive.
    header_file: Option<(String, String)>,
    options: Options,
}

impl TestFile {
    /// Reads a file; options in `over` replace the file's own.
    pub fn read(path: &Path, over: &Options) -> Result<TestFile> {
        TestFile::new(path, data::read_text(path)?, over)
    }

    /// A file whose text is already there; `path` is its name in messages and where relative names start.
    pub fn new(path: &Path, text: String, over: &Options) -> Result<TestFile> {
        let parts =
            parse::parse(&text).map_err(|e| Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        let own_header = parts.options.header.as_ref().map(|file| folder(path).join(file));
        let header_path = over.header.as_ref().map(PathBuf::from).or(own_header);
        if header_path.is_some() && parts.header.is_some() {
            return Err(Error::invalid(format!(
                "{} has a `[header]` section and is given a header file; keep one of them",
                path.display()
            )));
        }
        let header_file = match header_path {
            Some(path) => Some((path.display().to_string(), data::read_text(&path)?)),
            None => None,
        };
        check_known("input", &parts.options.inputs, &over.inputs, path)?;
        check_known("output", &parts.options.outputs, &over.outputs, path)?;
        check_known("template argument", &parts.options.template, &over.template, path)?;
        let options = parts.options.clone().overridden_by(over);
        Ok(TestFile { path: path.to_path_buf(), text, parts, header_file, options })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The options in force.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// True when it must not compile, or must compile with warnings.
    pub fn expects_diagnostics(&self) -> bool {
        !self.parts.annotations.is_empty()
    }

    /// The options with every word read.
    pub fn setup(&self) -> Result<Setup> {
        self.setup_of(&self.options)
    }

    /// The options with the sizes of the `bench` directive, overridden by `over`.
    pub fn bench_setup(&self, over: &Options) -> Result<Setup> {
        let mut options = self.options.clone();
        options.lets.clone_from(&self.parts.options.lets);
        options.lets.extend(options.bench.clone());
        options.lets.extend(over.lets.iter().cloned());
        self.setup_of(&options)
    }

    fn setup_of(&self, options: &Options) -> Result<Setup> {
        if options.outputs.is_empty() {
            let body = &self.parts.body.text;
            let hint = if ["kernel void", "[[kernel]]"].iter().any(|s| body.contains(s)) {
                "; a body is only what stands between the braces of a `kernel` function: its signature follows from \
                 the names"
            } else {
                ""
            };
            return Err(Error::invalid(format!(
                "{} does not say its outputs{hint}; add `// ember: output y = f32(1024)` at its top or pass \
                 `--output 'y=f32(1024)'` (and `--input` for inputs)",
                self.path.display()
            )));
        }
        let stem = self.path.file_stem().map_or("kernel".into(), |s| s.to_string_lossy());
        options.resolve(&stem, &folder(&self.path))
    }

    /// The kernel's builder, with its text.
    pub fn builder(&self, setup: &Setup) -> Builder {
        let name = self.path.display().to_string();
        let mut builder = setup.builder();
        if let Some((file, text)) = &self.header_file {
            builder = builder.header_at(file, 0, text);
        } else if let Some(header) = &self.parts.header {
            builder = builder.header_at(&name, header.lines_above, &header.text);
        }
        builder.source_at(name, self.parts.body.lines_above, &self.parts.body.text)
    }

    /// Header and body as sources, for tools that look at the text.
    pub fn sources(&self) -> (Sources, SourceId, SourceId) {
        let mut sources = Sources::new();
        let name = self.path.display().to_string();
        let header = match (&self.header_file, &self.parts.header) {
            (Some((file, text)), _) => sources.add(file, text),
            (None, Some(header)) => sources.add_at_line(&name, &header.text, header.lines_above),
            (None, None) => sources.add("<header>", ""),
        };
        let body = sources.add_at_line(&name, &self.parts.body.text, self.parts.body.lines_above);
        (sources, header, body)
    }

    /// Checks the expectations against a run's arrays; a wrong expectation is an error that names its line.
    pub fn check(&self, setup: &Setup, inputs: &[HostArray], outputs: &[HostArray]) -> Result<Vec<Outcome>> {
        let arrays = setup.outputs.iter().map(|(n, _)| &**n).zip(outputs);
        let arrays = arrays.chain(setup.inputs.iter().map(|(n, _)| &**n).zip(inputs)).collect();
        let scope = formula::Scope { arrays, lets: &setup.lets };
        let folder = folder(&self.path);
        self.parts
            .expectations
            .iter()
            .map(|e| {
                expect::check(&e.text, e.lines.0, &scope, &folder).map_err(|error| {
                    Error::new(
                        error.kind(),
                        format!("{}:{}: expect: {error}", self.path.display(), e.lines.0),
                    )
                })
            })
            .collect()
    }

    /// Number of expectations about a run.
    pub fn expectations(&self) -> usize {
        self.parts.expectations.len()
    }

    /// Text that the message of a failing run must contain, if it must fail.
    pub fn expected_failure(&self) -> Option<&str> {
        self.parts.failure.as_ref().map(|e| &*e.text)
    }

    /// What the diagnostics of `report` and the annotations of the file disagree about.
    pub fn compare_diagnostics(&self, report: &Report) -> Vec<String> {
        carets::compare(report, &self.parts.annotations)
    }
}

/// A name that a file with names of its own does not have is a slip, not one more parameter.
fn check_known(what: &str, own: &[(String, String)], over: &[(String, String)], path: &Path) -> Result<()> {
    let unknown = over.iter().find(|(name, _)| !own.is_empty() && !own.iter().any(|(n, _)| n == name));
    let Some((name, _)) = unknown else { return Ok(()) };
    let names = own.iter().map(|(n, _)| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    Err(Error::invalid(format!(
        "{} has no {what} `{name}`; its directives declare {names}, and each of them can be overridden",
        path.display()
    )))
}

/// Where relative names in a file start.
fn folder(path: &Path) -> PathBuf {
    path.parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
