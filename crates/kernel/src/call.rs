//! One launch: data, shapes, grid, and the checks Metal and MLX leave to a crash.

use crate::host::{contiguous_strides, element_count, fill, settle, shape_text};
use crate::msl::KernelArg;
use crate::types::Template;
use crate::vm::{BufferArg, Launch};
use crate::{HostArray, Kernel, Number, Types};
use emberforge_base::{DType, Error, Result};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How many threads run: counted in threads, as Metal's `dispatchThreads` and MLX's `grid` do, or in threadgroups, as
/// CUDA does. Two constructors, so that one is not taken for the other.
///
/// Extents are signed so that a negative or overflowed computation is reported instead of wrapping around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid(Extent);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Threads([i64; 3]),
    Threadgroups([i64; 3]),
}

impl Grid {
    /// Exactly this many threads along x, y and z; threadgroups at the edge are smaller.
    pub const fn threads(extent: [i64; 3]) -> Grid {
        Grid(Extent::Threads(extent))
    }

    /// This many whole threadgroups along x, y and z.
    pub const fn threadgroups(extent: [i64; 3]) -> Grid {
        Grid(Extent::Threadgroups(extent))
    }

    /// Threads per axis.
    fn resolve(self, threadgroup: [u32; 3]) -> Result<[u32; 3]> {
        let (what, extent) = match self.0 {
            Extent::Threads(e) => ("threads", e),
            Extent::Threadgroups(e) => ("threadgroups", e),
        };
        let mut threads = [0u32; 3];
        for axis in 0..3 {
            let n = extent[axis];
            if n <= 0 {
                return Err(Error::invalid(format!(
                    "the grid ({}) has {n} {what} along {}; every extent must be at least 1, so do not launch when \
                     there is nothing to do",
                    join(&extent),
                    AXES[axis]
                )));
            }
            let per = if what == "threads" { 1 } else { i64::from(threadgroup[axis]) };
            threads[axis] = n.checked_mul(per).and_then(|n| u32::try_from(n).ok()).ok_or_else(|| {
                Error::invalid(format!(
                    "the grid ({}) in {what} has more than 4294967295 threads along {}, which \
                     `thread_position_in_grid` cannot count; spread the work over more axes or more calls",
                    join(&extent),
                    AXES[axis]
                ))
            })?;
        }
        Ok(threads)
    }
}

const AXES: [&str; 3] = ["x", "y", "z"];

/// Metal's limit of threads in a threadgroup on every Apple GPU.
const GROUP_LIMIT: i64 = 1024;

/// Processor threads one call may use.
const MOST_THREADS: usize = 1024;

/// An input in memory that the caller keeps: a strided view of elements, which the kernel reads in place.
///
/// The kernel's pointer points to element 0; `x_shape` and `x_strides` are the view's.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Element type.
    pub dtype: DType,
    /// Extents, outermost first; empty for a 0-d array.
    pub shape: &'a [usize],
    /// Elements from one entry of an axis to the next, one per axis; 0 and negative numbers are allowed. `None` for
    /// row-contiguous elements.
    pub strides: Option<&'a [i64]>,
    /// Everything the kernel may see; what it reads elsewhere is 0.
    pub bytes: &'a [u8],
    /// Where element 0 stands in `bytes`.
    pub origin: usize,
}

impl<'a> From<&'a HostArray> for View<'a> {
    fn from(array: &'a HostArray) -> Self {
        let (dtype, shape, bytes) = (array.dtype(), array.shape(), array.bytes());
        View { dtype, shape, strides: None, bytes, origin: 0 }
    }
}

/// One call of a kernel; made by [`Kernel::call`], finished by [`Call::run`].
///
/// Inputs and outputs are added in the kernel's order. Inputs are row-contiguous, so `x_strides` are those of the
/// shape, in elements. Outputs start as zeros (Metal leaves them undefined) or as the `init_value`.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until `run`"]
pub struct Call<'a> {
    kernel: &'a Kernel,
    inputs: Vec<View<'a>>,
    outputs: Vec<(DType, Vec<usize>)>,
    template: Vec<(String, Template)>,
    grid: Option<Grid>,
    threadgroup: Option<[i64; 3]>,
    init_value: Option<f32>,
    threads: usize,
    fuel: Option<u64>,
    stop: Option<&'a AtomicBool>,
    time_limit: Option<Duration>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(kernel: &'a Kernel) -> Self {
        Call {
            kernel,
            inputs: Vec::new(),
            outputs: Vec::new(),
            template: Vec::new(),
            grid: None,
            threadgroup: None,
            init_value: None,
            threads: 0,
            fuel: None,
            stop: None,
            time_limit: None,
        }
    }

    /// The next input: a [`HostArray`], or a [`View`] of memory that the caller keeps.
    pub fn input(mut self, array: impl Into<View<'a>>) -> Self {
        self.inputs.push(array.into());
        self
    }

    /// All remaining inputs.
    pub fn inputs<V: Into<View<'a>>>(mut self, arrays: impl IntoIterator<Item = V>) -> Self {
        self.inputs.extend(arrays.into_iter().map(Into::into));
        self
    }

    /// Dtype and shape of the next output.
    pub fn output(mut self, dtype: DType, shape: &[usize]) -> Self {
        self.outputs.push((dtype, shape.to_vec()));
        self
    }

    /// How many threads to run.
    pub fn grid(mut self, grid: Grid) -> Self {
        self.grid = Some(grid);
        self
    }

    /// Threads of a threadgroup along x, y and z: at most 1024 in all. Each extent is clamped to the grid.
    pub fn threadgroup(mut self, extent: [i64; 3]) -> Self {
        self.threadgroup = Some(extent);
        self
    }

    /// A template argument: a [`DType`], an integer or a `bool`.
    pub fn template(mut self, name: impl Into<String>, value: impl Into<Template>) -> Self {
        self.template.push((name.into(), value.into()));
        self
    }

    /// Fills every output with this value, converted to its dtype, before the kernel runs.
    pub fn init_value(mut self, value: f32) -> Self {
        self.init_value = Some(value);
        self
    }

    /// Processor threads to use; 0, the default, is one per core. Results do not depend on it.
    pub fn threads(mut self, count: usize) -> Self {
        self.threads = count;
        self
    }

    /// Stops the kernel with an error when one block of threads has made this many loop iterations; 2^32 unless set.
    pub fn fuel(mut self, steps: u64) -> Self {
        self.fuel = Some(steps);
        self
    }

    /// Stops the kernel with an error soon after the flag becomes true.
    pub fn stop(mut self, flag: &'a AtomicBool) -> Self {
        self.stop = Some(flag);
        self
    }

    /// Stops the kernel with an error that names its loop when it runs longer than this; there is no limit unless set.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// What this call specialises the kernel for.
    pub fn types(&self) -> Types {
        Types {
            inputs: self.inputs.iter().map(|a| (a.dtype, a.shape.to_vec())).collect(),
            outputs: self.outputs.iter().map(|(dtype, _)| *dtype).collect(),
            template: self.template.clone(),
        }
    }

    /// Runs the kernel and gives its outputs, in order.
    pub fn run(self) -> Result<Vec<HostArray>> {
        let launch = self.launch()?;
        // A text that does not compile is a better message than a machine without memory.
        self.kernel.program(&self.types())?;
        let mut outputs = self.allocate()?;
        self.execute(&launch, outputs.iter_mut().map(HostArray::bytes_mut).collect())?;
        Ok(outputs)
    }

    /// Runs the kernel into arrays that exist already, for repeated calls without allocation. They must have the
    /// dtypes and shapes of the call's outputs. Without `init_value` they keep what they hold, as on Metal.
    pub fn run_into(&self, outputs: &mut [HostArray]) -> Result<()> {
        let launch = self.launch()?;
        if outputs.len() != self.outputs.len() {
            return Err(Error::invalid(format!(
                "{} arrays were passed for {} outputs; pass one for each",
                outputs.len(),
                self.outputs.len()
            )));
        }
        for ((name, array), (dtype, shape)) in self.kernel.outputs().iter().zip(&*outputs).zip(&self.outputs)
        {
            if array.dtype() != *dtype || array.shape() != shape {
                return Err(Error::invalid(format!(
                    "the array passed for output `{name}` is {}{} and the call declares {dtype}{}; make them equal",
                    array.dtype(),
                    shape_text(array.shape()),
                    shape_text(shape)
                )));
            }
        }
        if let Some(value) = self.init_value {
            for array in &mut *outputs {
                array.fill(Number::Float(value.into()));
            }
        }
        self.execute(&launch, outputs.iter_mut().map(HostArray::bytes_mut).collect())
    }

    /// Everything that can be found without data: counts, types, grid, threadgroup, and the text for these types.
    pub fn check(&self) -> Result<()> {
        self.launch()?;
        self.kernel.program(&self.types()).map(|_| ())
    }

    /// [`Call::run_into`] for memory that the caller keeps: row-contiguous elements of each output, in order.
    pub fn run_into_bytes(&self, mut outputs: Vec<&mut [u8]>) -> Result<()> {
        let launch = self.launch()?;
        if outputs.len() != self.outputs.len() {
            return Err(Error::invalid(format!(
                "{} slices were passed for {} outputs; pass one for each",
                outputs.len(),
                self.outputs.len()
            )));
        }
        for ((name, bytes), (dtype, shape)) in
            self.kernel.outputs().iter().zip(&mut outputs).zip(&self.outputs)
        {
            let expected = element_count(shape)?.saturating_mul(dtype.size());
            if bytes.len() != expected {
                return Err(Error::invalid(format!(
                    "the memory passed for output `{name}` has {} bytes; {dtype}{} takes {expected}",
                    bytes.len(),
                    shape_text(shape)
                )));
            }
            if let Some(value) = self.init_value {
                fill(bytes, *dtype, Number::Float(value.into()));
            }
        }
        self.execute(&launch, outputs)
    }

    /// Checks everything that is not the kernel's text.
    fn launch(&self) -> Result<Launch<'a>> {
        self.types().check(self.kernel.inputs(), self.kernel.outputs())?;
        let Some(grid) = self.grid else {
            return Err(Error::invalid(
                "the call has no grid; say how many threads run: `.grid(Grid::threads([n, 1, 1]))`",
            ));
        };
        let Some(threadgroup) = self.threadgroup else {
            return Err(Error::invalid(
                "the call has no threadgroup; say how many threads form one: `.threadgroup([256, 1, 1])`",
            ));
        };
        let threadgroup = check_threadgroup(threadgroup)?;
        if self.threads > MOST_THREADS {
            return Err(Error::invalid(format!(
                "{} processor threads are asked for, more than the {MOST_THREADS} allowed; use 0 for one per core",
                self.threads
            )));
        }
        Ok(Launch {
            grid: grid.resolve(threadgroup)?,
            threadgroup,
            threads: self.threads,
            fuel: self.fuel,
            stop: self.stop,
        })
    }

    fn allocate(&self) -> Result<Vec<HostArray>> {
        let mut outputs = Vec::with_capacity(self.outputs.len());
        for ((dtype, shape), name) in self.outputs.iter().zip(self.kernel.outputs()) {
            let mut array = HostArray::zeros(*dtype, shape)
                .map_err(|e| Error::new(e.kind(), format!("output `{name}`: {e}")))?;
            if let Some(value) = self.init_value {
                array.fill(Number::Float(value.into()));
            }
            outputs.push(array);
        }
        Ok(outputs)
    }

    fn execute(&self, launch: &Launch<'a>, mut outputs: Vec<&mut [u8]>) -> Result<()> {
        let program = self.kernel.program(&self.types())?;
        let facts: Vec<InputFacts> = self.inputs.iter().map(InputFacts::new).collect::<Result<_>>()?;
        let mut written: Vec<Option<&mut [u8]>> =
            outputs.iter_mut().map(|bytes| Some(&mut **bytes)).collect();
        let mut buffers = Vec::with_capacity(program.args.len());
        for arg in &program.args {
            buffers.push(match *arg {
                KernelArg::Input(i) => {
                    BufferArg::View { bytes: self.inputs[i].bytes, origin: self.inputs[i].origin }
                }
                KernelArg::Shape(i) => BufferArg::Read(bytemuck::cast_slice(&facts[i].shape)),
                KernelArg::Strides(i) => BufferArg::Read(bytemuck::cast_slice(&facts[i].strides)),
                KernelArg::Ndim(i) => BufferArg::Read(bytemuck::bytes_of(&facts[i].ndim)),
                KernelArg::Output(i) => BufferArg::Write(
                    written[i].take().ok_or_else(|| Error::internal("an output is bound twice"))?,
                ),
            });
        }
        match self.time_limit {
            None => program.machine.run(launch, &mut buffers),
            Some(limit) => {
                crate::watch::within(limit, launch, |launch| program.machine.run(launch, &mut buffers))
            }
        }
        .map_err(|e| program.locate(e))?;
        drop(buffers);
        for (bytes, (dtype, _)) in outputs.iter_mut().zip(&self.outputs) {
            settle(bytes, *dtype);
        }
        Ok(())
    }
}

/// What the generated parameters `x_shape`, `x_strides` and `x_ndim` hold.
struct InputFacts {
    shape: Vec<i32>,
    strides: Vec<i64>,
    ndim: i32,
}

impl InputFacts {
    fn new(view: &View<'_>) -> Result<Self> {
        let strides = match view.strides {
            Some(strides) => strides.to_vec(),
            None => contiguous_strides(view.shape),
        };
        if strides.len() != view.shape.len() || view.origin > view.bytes.len() {
            return Err(Error::invalid(format!(
                "a view of shape {} has {} strides and begins at byte {} of {}; it needs one stride for each axis and \
                 a beginning inside its bytes",
                shape_text(view.shape),
                strides.len(),
                view.origin,
                view.bytes.len()
            )));
        }
        Ok(InputFacts {
            shape: view.shape.iter().map(|d| i32::try_from(*d).unwrap_or(i32::MAX)).collect(),
            strides,
            ndim: view.shape.len() as i32,
        })
    }
}

fn check_threadgroup(extent: [i64; 3]) -> Result<[u32; 3]> {
    for axis in 0..3 {
        if extent[axis] <= 0 {
            return Err(Error::invalid(format!(
                "the threadgroup ({}) has {} threads along {}; every extent must be at least 1",
                join(&extent),
                extent[axis],
                AXES[axis]
            )));
        }
    }
    let product = extent.iter().try_fold(1i64, |p, n| p.checked_mul(*n));
    match product {
        Some(p) if p <= GROUP_LIMIT => Ok(extent.map(|n| n as u32)),
        _ => {
            let size = product.map_or("more than 2^63".to_string(), |p| p.to_string());
            Err(Error::invalid(format!(
                "the threadgroup ({}) has {size} threads, more than the {GROUP_LIMIT} that Metal allows in one (also \
                 when the grid is smaller); pass for example ({}, 1, 1) and keep the grid, which counts threads",
                join(&extent),
                extent[0].min(GROUP_LIMIT),
            )))
        }
    }
}

fn join(extent: &[i64; 3]) -> String {
    format!("{}, {}, {}", extent[0], extent[1], extent[2])
}
