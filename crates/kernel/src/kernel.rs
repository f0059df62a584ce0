//! A kernel that has been checked and can be called from any thread.

use crate::builder::{Builder, Definition};
use crate::{Call, Report, Types, cache, pipeline};
use emberforge_base::Result;
use std::sync::Arc;
use std::time::Duration;

/// A kernel: names, text and options that stay the same from call to call. Cheap to clone, `Send` and `Sync`.
///
/// Programs are compiled on first use for each set of types and kept for the whole process, so building the same
/// kernel again costs only the reading of its text.
#[derive(Clone, Debug)]
pub struct Kernel {
    definition: Arc<Definition>,
}

impl Kernel {
    /// Starts a kernel of this name.
    pub fn builder(name: impl Into<String>) -> Builder {
        Builder::new(name.into())
    }

    pub(crate) fn new(definition: Arc<Definition>) -> Kernel {
        Kernel { definition }
    }

    #[cfg(test)]
    pub(crate) fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// Names of its inputs, in order.
    pub fn inputs(&self) -> &[String] {
        &self.definition.inputs
    }

    /// Names of its outputs, in order.
    pub fn outputs(&self) -> &[String] {
        &self.definition.outputs
    }

    /// Starts a call.
    pub fn call(&self) -> Call<'_> {
        Call::new(self)
    }

    /// Every finding about the text for these types.
    pub fn check(&self, types: &Types) -> Result<Report> {
        types.check(self.inputs(), self.outputs())?;
        Ok(pipeline::check(&self.definition, types))
    }

    /// Compiles for these types now rather than at the first call, and gives the warnings.
    pub fn prepare(&self, types: &Types) -> Result<Report> {
        Ok(self.program(types)?.report.clone())
    }

    /// The complete Metal source, as MLX would hand it to the Metal compiler (corrected where MLX's own is wrong).
    pub fn metal_source(&self, types: &Types) -> Result<String> {
        types.check(self.inputs(), self.outputs())?;
        Ok(pipeline::source_text(&self.definition, types))
    }

    /// The kernel's IR as text.
    pub fn ir(&self, types: &Types) -> Result<String> {
        Ok(self.program(types)?.ir.to_string())
    }

    /// Compiles anew, past the cache, and says how long the front end (text to verified IR) and the machine took.
    pub fn compile_time(&self, types: &Types) -> Result<(Duration, Duration)> {
        types.check(self.inputs(), self.outputs())?;
        let program = pipeline::compile(&self.definition, types)?;
        Ok((program.front, program.back))
    }

    pub(crate) fn program(&self, types: &Types) -> Result<Arc<pipeline::Program>> {
        types.check(self.inputs(), self.outputs())?;
        cache::program(&self.definition, types)
    }
}
