//! The arguments of a kernel that stay the same from call to call, and their checks.

use crate::msl::MathMode;
use crate::pipeline::{self, Origin, Text};
use crate::{Kernel, Report, Types, names};
use emberforge_base::{Error, ErrorKind, Result};
use std::sync::Arc;

/// Collects the arguments of a kernel; made by [`Kernel::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    name: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
    header: String,
    header_origin: Origin,
    source: String,
    source_origin: Origin,
    atomic_outputs: bool,
    math_mode: MathMode,
}

/// Arguments that have passed every check that does not need the text's meaning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) header: Text,
    pub(crate) body: Text,
    pub(crate) atomic_outputs: bool,
    pub(crate) math_mode: MathMode,
}

impl Builder {
    pub(crate) fn new(name: String) -> Self {
        Builder {
            source_origin: Origin { name: format!("<{name}>"), first_line: 0 },
            header_origin: Origin { name: format!("<header of {name}>"), first_line: 0 },
            name,
            inputs: Vec::new(),
            outputs: Vec::new(),
            header: String::new(),
            source: String::new(),
            atomic_outputs: false,
            math_mode: MathMode::Safe,
        }
    }

    /// Names of the inputs, in the order in which calls pass them.
    pub fn inputs<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.inputs = names.into_iter().map(Into::into).collect();
        self
    }

    /// Names of the outputs; at least one.
    pub fn outputs<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.outputs = names.into_iter().map(Into::into).collect();
        self
    }

    /// Text that stands before the kernel: helper functions, types, constants, macros.
    pub fn header(mut self, text: impl Into<String>) -> Self {
        self.header = text.into();
        self
    }

    /// The header, with the file and the number of lines above it, for messages.
    pub fn header_at(mut self, file: impl Into<String>, lines_above: usize, text: impl Into<String>) -> Self {
        self.header_origin = Origin { name: file.into(), first_line: lines_above };
        self.header(text)
    }

    /// The body of the kernel, without a signature.
    pub fn source(mut self, text: impl Into<String>) -> Self {
        self.source = text.into();
        self
    }

    /// The body, with the file and the number of lines above it, for messages.
    pub fn source_at(mut self, file: impl Into<String>, lines_above: usize, text: impl Into<String>) -> Self {
        self.source_origin = Origin { name: file.into(), first_line: lines_above };
        self.source(text)
    }

    /// Outputs are `device atomic<T>*`, for bodies that use `atomic_fetch_add_explicit` and friends.
    pub fn atomic_outputs(mut self, yes: bool) -> Self {
        self.atomic_outputs = yes;
        self
    }

    /// How floating point may be treated; [`MathMode::Safe`] unless set.
    pub fn math_mode(mut self, mode: MathMode) -> Self {
        self.math_mode = mode;
        self
    }

    /// The kernel. Wrong names and syntax errors are found here; what depends on types is found by the first call.
    ///
    /// ```
    /// use emberforge_kernel::Kernel;
    ///
    /// let error = Kernel::builder("f").inputs(["x"]).outputs(["x"]).source("x[0] = 1;").build().unwrap_err();
    /// assert_eq!(error.to_string(), "`x` names an input and an output; outputs are always new arrays, so give them \
    ///                                names of their own");
    /// ```
    pub fn build(self) -> Result<Kernel> {
        let definition = self.define()?;
        let report = pipeline::parse(&definition);
        if report.has_errors() {
            return Err(Error::new(ErrorKind::Source, report.render(false)));
        }
        Ok(Kernel::new(Arc::new(definition)))
    }

    /// Every finding about the text for these types, syntax errors included; an error only when an argument is wrong.
    pub fn check(self, types: &Types) -> Result<Report> {
        let definition = self.define()?;
        types.check(&definition.inputs, &definition.outputs)?;
        Ok(pipeline::check(&definition, types))
    }

    fn define(self) -> Result<Definition> {
        names::check_word("kernel name", &self.name)?;
        if self.outputs.is_empty() {
            return Err(Error::invalid(
                "must specify at least one output; a kernel's results are its outputs, so name them: \
                 `.outputs([\"y\"])`",
            ));
        }
        for name in &self.inputs {
            names::check("input name", name)?;
        }
        for name in &self.outputs {
            names::check("output name", name)?;
        }
        names::check_distinct("input name", self.inputs.iter().map(String::as_str))?;
        names::check_distinct("output name", self.outputs.iter().map(String::as_str))?;
        if let Some(name) = self.outputs.iter().find(|name| self.inputs.contains(name)) {
            return Err(Error::invalid(format!(
                "`{name}` names an input and an output; outputs are always new arrays, so give them names of their own"
            )));
        }
        if self.source.trim().is_empty() {
            return Err(Error::invalid(format!(
                "the source of kernel `{}` is empty; pass the body of the kernel, for example \
                 `{}[thread_position_in_grid.x] = 0;`",
                self.name, self.outputs[0]
            )));
        }
        const LIMIT: usize = 64 << 20;
        for (what, text) in [("source", &self.source), ("header", &self.header)] {
            if text.len() > LIMIT {
                return Err(Error::invalid(format!(
                    "the {what} has {} bytes, more than the {LIMIT} a kernel may have; pass tables in input arrays",
                    text.len()
                )));
            }
        }
        Ok(Definition {
            name: self.name,
            inputs: self.inputs,
            outputs: self.outputs,
            header: Text { text: self.header, origin: self.header_origin },
            body: Text { text: self.source, origin: self.source_origin },
            atomic_outputs: self.atomic_outputs,
            math_mode: self.math_mode,
        })
    }
}
