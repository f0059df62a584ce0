//! Running a shipped kernel and comparing what it gives.

use emberforge_kernel::data::{Lets, Spec};
use emberforge_kernel::testfile::{Options, TestFile};
use emberforge_kernel::{DType, Grid, HostArray, Kernel, Template};
use std::path::Path;

/// Half the distance from 1 to the next f32: the largest relative error of one rounding.
pub(crate) const UNIT: f64 = 1.0 / 16_777_216.0;

/// A shipped kernel with the sizes of one launch.
pub(crate) struct Run {
    kernel: Kernel,
    inputs: Vec<HostArray>,
    outputs: Vec<(DType, Vec<usize>)>,
    template: Vec<(String, Template)>,
    init: Option<f32>,
}

impl Run {
    /// The kernel of `kernels/NAME.metal`.
    pub(crate) fn new(name: &str) -> Run {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../kernels/{name}.metal"));
        let file = TestFile::read(&path, &Options::default()).expect("the file is well-formed");
        let setup = file.setup().expect("its directives are well-formed");
        let kernel = file.builder(&setup).build().unwrap_or_else(|e| panic!("{name}: {e}"));
        Run { kernel, inputs: Vec::new(), outputs: Vec::new(), template: Vec::new(), init: None }
    }

    pub(crate) fn input(mut self, array: &HostArray) -> Run {
        self.inputs.push(array.clone());
        self
    }

    pub(crate) fn output(mut self, shape: &[usize]) -> Run {
        self.outputs.push((DType::F32, shape.to_vec()));
        self
    }

    pub(crate) fn output_of(mut self, dtype: DType, shape: &[usize]) -> Run {
        self.outputs.push((dtype, shape.to_vec()));
        self
    }

    pub(crate) fn template(mut self, name: &str, value: impl Into<Template>) -> Run {
        self.template.push((name.to_string(), value.into()));
        self
    }

    pub(crate) fn zeroed(mut self) -> Run {
        self.init = Some(0.0);
        self
    }

    /// The outputs; every element must have been written unless the kernel adds to zeros.
    pub(crate) fn launch(self, grid: [usize; 3], threadgroup: [usize; 3]) -> Vec<HostArray> {
        let extent = |e: [usize; 3]| e.map(|n| i64::try_from(n).expect("sizes are small"));
        let run = |threads: usize, init: f32| {
            let mut call = self
                .kernel
                .call()
                .inputs(&self.inputs)
                .grid(Grid::threads(extent(grid)))
                .threadgroup(extent(threadgroup))
                .threads(threads)
                .init_value(self.init.unwrap_or(init));
            for (dtype, shape) in &self.outputs {
                call = call.output(*dtype, shape);
            }
            for (name, value) in &self.template {
                call = call.template(name, *value);
            }
            call.run().unwrap_or_else(|e| panic!("{}: {e}", self.kernel.name()))
        };
        // Different fills show what a kernel leaves unwritten or reads before it is written.
        let (one, two) = (run(1, 3.0), run(2, -5.0));
        for ((a, b), name) in one.iter().zip(&two).zip(self.kernel.outputs()) {
            assert!(
                a.same_bits(b),
                "{}: `{name}` differs between one thread and two, or is not all written",
                self.kernel.name()
            );
        }
        one
    }
}

/// An array from a spec such as `f32(2,3):normal(0)`.
pub(crate) fn array(spec: &str) -> HostArray {
    Spec::read(spec, &Lets::default(), Path::new("."))
        .and_then(|s| s.array("x"))
        .unwrap_or_else(|e| panic!("{e}"))
}

/// Normal f32 numbers of this shape.
pub(crate) fn normal(shape: &[usize], seed: u64) -> HostArray {
    let extents: Vec<String> = shape.iter().map(usize::to_string).collect();
    array(&format!("f32({}):normal({seed})", extents.join(",")))
}

/// One number of an array, for references.
pub(crate) fn scalar(value: f32) -> HostArray {
    HostArray::scalar(value)
}

/// Checks each element against its reference and bound, both by flat index; gives the largest share of a bound used.
pub(crate) fn close(what: &str, got: &HostArray, reference: impl Fn(usize) -> (f64, f64)) -> f64 {
    let mut worst = 0.0f64;
    for (i, got) in got.to_f64().into_iter().enumerate() {
        let (want, bound) = reference(i);
        let error = (got - want).abs();
        assert!(
            error <= bound || got == want,
            "{what}: element {i} is {got} and should be {want}: error {error:e}, bound {bound:e}"
        );
        worst = worst.max(if bound > 0.0 { error / bound } else { 0.0 });
    }
    worst
}

/// The sum of the terms and of their magnitudes, which bounds the error of adding them in f32.
pub(crate) fn sum(terms: impl IntoIterator<Item = f64>) -> (f64, f64) {
    terms.into_iter().fold((0.0, 0.0), |(s, a), t| (s + t, a + t.abs()))
}
