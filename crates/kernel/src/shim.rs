//! Stand-ins for the front end and the machine while they are being written.
#![allow(missing_docs, unreachable_pub, dead_code)]

pub mod msl {
    use emberforge_base::{SourceId, Sources};
    pub use emberforge_msl::*;
    pub fn compile(sources: &mut Sources, h: SourceId, b: SourceId, s: &Signature) -> Compiled {
        let args = (0..s.inputs.len())
            .map(KernelArg::Input)
            .chain((0..s.outputs.len()).map(KernelArg::Output))
            .collect();
        let parsed = syntax::parse(sources, h, b, &syntax::ParseOptions::default());
        let mut builder = emberforge_ir::Builder::new("shim");
        for i in &s.inputs {
            builder.buffer(&*i.name, emberforge_ir::Space::Device, false);
        }
        for o in &s.outputs {
            builder.buffer(&*o.name, emberforge_ir::Space::Device, true);
        }
        Compiled {
            kernel: Some(builder.finish()),
            args,
            diagnostics: parsed.diagnostics,
            facts: Facts::default(),
        }
    }
    pub mod signature {
        pub fn metal_source(_: &super::Signature, _: &super::Facts, _: &str, _: &str) -> String {
            String::new()
        }
    }
}
