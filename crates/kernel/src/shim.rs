//! Stand-ins for the front end and the machine while they are being written.
#![allow(missing_docs, unreachable_pub, dead_code)]

pub mod msl {
    use emberforge_base::{DType, Diagnostic, SourceId, Sources};
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum TemplateValue {
        Type(DType),
        Int(i32),
        Bool(bool),
    }
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    pub struct InputParam {
        pub name: String,
        pub dtype: DType,
        pub ndim: usize,
        pub size: usize,
    }
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    pub struct OutputParam {
        pub name: String,
        pub dtype: DType,
    }
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    pub enum MathMode {
        #[default]
        Safe,
        Relaxed,
        Fast,
    }
    #[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
    pub struct Signature {
        pub name: String,
        pub inputs: Vec<InputParam>,
        pub outputs: Vec<OutputParam>,
        pub template: Vec<(String, TemplateValue)>,
        pub atomic_outputs: bool,
        pub math_mode: MathMode,
    }
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum KernelArg {
        Input(usize),
        Shape(usize),
        Strides(usize),
        Ndim(usize),
        Output(usize),
    }
    #[derive(Clone, Debug, Default)]
    pub struct Facts;
    #[derive(Clone, Debug)]
    pub struct Compiled {
        pub kernel: Option<emberforge_ir::Kernel>,
        pub args: Vec<KernelArg>,
        pub diagnostics: Vec<Diagnostic>,
        pub facts: Facts,
    }
    pub fn compile(_: &mut Sources, _: SourceId, _: SourceId, s: &Signature) -> Compiled {
        let args = (0..s.inputs.len())
            .map(KernelArg::Input)
            .chain((0..s.outputs.len()).map(KernelArg::Output))
            .collect();
        Compiled {
            kernel: Some(emberforge_ir::Builder::new("shim").finish()),
            args,
            diagnostics: Vec::new(),
            facts: Facts,
        }
    }
    pub mod signature {
        pub fn metal_source(_: &super::Signature, _: &super::Facts, _: &str, _: &str) -> String {
            String::new()
        }
    }
}

pub mod vm {
    use emberforge_base::Error;
    use std::sync::atomic::AtomicBool;
    #[derive(Debug)]
    pub struct Program;
    pub fn compile(_: &emberforge_ir::Kernel) -> Result<Program, Error> {
        Ok(Program)
    }
    pub struct Launch<'a> {
        pub grid: [u32; 3],
        pub threadgroup: [u32; 3],
        pub threads: usize,
        pub fuel: Option<u64>,
        pub stop: Option<&'a AtomicBool>,
    }
    pub enum BufferArg<'a> {
        Read(&'a [u8]),
        Write(&'a mut [u8]),
    }
    #[derive(Clone, Copy, Debug, Default)]
    pub struct RunStats;
    impl Program {
        pub fn run(&self, _: &Launch<'_>, _: &mut [BufferArg<'_>]) -> Result<RunStats, Error> {
            Ok(RunStats)
        }
    }
}
