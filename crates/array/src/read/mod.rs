//! Reading data on the host: the only ways out of the graph.
//!
//! Reading evaluates what is needed and changes nothing else: an array can be read again, and used on.

mod display;
mod guard;

pub use guard::{HostSync, HostSyncEvent, HostSyncGuard, host_sync_guard};

use crate::graph::eval;
use crate::shape;
use crate::value::Value;
use crate::{Array, Element};
use emberforge_base::{DType, Error, Result};
use emberforge_kernel::Number;

impl Array {
    /// All elements in row-major order.
    ///
    /// ```
    /// use emberforge_array::{Array, transpose_all};
    ///
    /// let x = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
    /// assert_eq!(transpose_all(&x)?.to_vec::<i32>()?, [1, 3, 2, 4]);
    /// assert!(x.to_vec::<f32>().is_err());
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    ///
    /// # Errors
    /// When `T` is not the array's element type, or evaluation fails, or a [`host_sync_guard`] forbids it.
    #[track_caller]
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        if T::DTYPE != self.dtype() {
            self.check()?;
            return Err(Error::invalid(format!(
                "the array holds {} and was read as {}; convert it with `astype` first",
                self.dtype(),
                T::DTYPE
            )));
        }
        let value = self.host_value("to_vec")?;
        let bytes = value.dense_bytes().ok_or_else(|| Error::internal("a copy is not dense"))?;
        let checked = bytemuck::checked::try_cast_slice::<u8, T>(bytes).map(<[T]>::to_vec);
        Ok(checked.unwrap_or_else(|_| {
            bytes.chunks_exact(size_of::<T>()).map(bytemuck::checked::pod_read_unaligned).collect()
        }))
    }

    /// All elements as `f64`, whatever their dtype (complex: the real part).
    ///
    /// # Errors
    /// As [`Array::to_vec`], but for the dtype.
    #[track_caller]
    pub fn to_f64_vec(&self) -> Result<Vec<f64>> {
        Ok(self.numbers("to_f64_vec")?.into_iter().map(Number::to_f64).collect())
    }

    /// The only element.
    ///
    /// # Errors
    /// When there are more or none, and as [`Array::to_vec`].
    #[track_caller]
    pub fn item<T: Element>(&self) -> Result<T> {
        self.check()?;
        if self.size() != 1 {
            return Err(Error::invalid(format!(
                "`item` reads arrays of one element; this one has shape {} and {}",
                shape::text(self.shape()),
                self.size()
            )));
        }
        Ok(self.to_vec::<T>()?[0])
    }

    /// The elements as numbers.
    #[track_caller]
    pub(crate) fn numbers(&self, how: &'static str) -> Result<Vec<Number>> {
        let value = self.host_value(how)?;
        let bytes = value.dense_bytes().ok_or_else(|| Error::internal("a copy is not dense"))?;
        let dtype = self.dtype();
        Ok(bytes.chunks_exact(dtype.size()).map(|b| Number::from_bytes(dtype, b)).collect())
    }

    /// Announces a read to the guard.
    #[track_caller]
    pub(crate) fn note(&self, how: &'static str) -> Result<()> {
        self.check()?;
        guard::note(how, self)
    }

    /// Dense data on the host, after the guard has been asked.
    #[track_caller]
    pub(crate) fn host_value(&self, how: &'static str) -> Result<Value> {
        self.note(how)?;
        eval::run(std::slice::from_ref(self))?;
        eval::value(self)?.to_dense()
    }

    /// The array converted to another dtype: floats round to nearest, floats to integers truncate, to `bool` is "not 0".
    ///
    /// # Errors
    /// When it is a failed array.
    pub fn astype(&self, dtype: DType) -> Result<Array> {
        self.check()?;
        Ok(crate::element::node::cast(self, dtype))
    }
}
