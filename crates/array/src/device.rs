//! Devices: where operations are carried out.

use crate::Spec;
use crate::element::kernel::Expression;
use crate::element::run;
use crate::graph::donate::Donated;
use crate::primitive::{Primitive, Values};
use crate::value::Value;
use emberforge_base::Result;
use smallvec::smallvec;
use std::cell::Cell;

/// A machine that arrays live on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Device {
    /// The host's processor.
    Cpu,
    /// Knows shapes and dtypes, computes nothing, has no data: to check a program without running it.
    Null,
}

/// What a device does with work. The graph asks this and nothing else of a device; the CUDA and Metal devices will be
/// implementations that turn an expression into their kernel language and primitives into their libraries' calls.
pub(crate) trait Executor: Sync {
    /// Computes one primitive.
    fn primitive(&self, primitive: &dyn Primitive, inputs: &[Value], outputs: &[Spec]) -> Result<Values>;

    /// Computes a fused chain of elementwise operations; in the memory of one of its inputs if that is given.
    fn fused(
        &self,
        expression: &Expression,
        inputs: &[Value],
        output: &Spec,
        donated: Option<Donated>,
    ) -> Result<Values>;

    /// Computes a primitive whose input is a fused chain of shape `shape`.
    fn absorbed(
        &self,
        primitive: &dyn Primitive,
        expression: &Expression,
        inputs: &[Value],
        shape: &[usize],
        outputs: &[Spec],
    ) -> Result<Values>;
}

struct Cpu;

impl Executor for Cpu {
    fn primitive(&self, primitive: &dyn Primitive, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        primitive.run(inputs, outputs)
    }

    fn fused(
        &self,
        expression: &Expression,
        inputs: &[Value],
        output: &Spec,
        donated: Option<Donated>,
    ) -> Result<Values> {
        Ok(smallvec![match donated {
            Some(Donated { leaf, memory }) => run::run_over(expression, inputs, &output.shape, leaf, memory)?,
            None => run::run(expression, inputs, &output.shape)?,
        }])
    }

    fn absorbed(
        &self,
        primitive: &dyn Primitive,
        expression: &Expression,
        inputs: &[Value],
        shape: &[usize],
        outputs: &[Spec],
    ) -> Result<Values> {
        primitive.run_absorbed(expression, inputs, shape, outputs)
    }
}

thread_local! {
    static DEFAULT: Cell<Device> = const { Cell::new(Device::Cpu) };
}

impl Device {
    /// Who does its work; the null device has nobody.
    pub(crate) fn executor(self) -> Option<&'static dyn Executor> {
        match self {
            Device::Cpu => Some(&Cpu),
            Device::Null => None,
        }
    }

    /// The device on which this thread's new arrays are built; [`Device::Cpu`] until [`Device::within`] says otherwise.
    pub fn current() -> Device {
        DEFAULT.get()
    }

    /// Runs `f` with this device as the thread's own.
    ///
    /// ```
    /// use emberforge_array::{Array, Device};
    ///
    /// let sum = Device::Null.within(|| Array::from_slice(&[1.0f32, 2.0], &[2]).map(|x| &x + &x))?;
    /// assert_eq!(sum.shape(), [2]);
    /// assert!(sum.to_vec::<f32>().is_err());
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    pub fn within<T>(self, f: impl FnOnce() -> T) -> T {
        /// Puts the old device back, also when `f` panics.
        struct Restore(Device);
        impl Drop for Restore {
            fn drop(&mut self) {
                DEFAULT.set(self.0);
            }
        }
        let _restore = Restore(DEFAULT.replace(self));
        f()
    }
}
