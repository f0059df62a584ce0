//! Arrays in host memory: a dtype, a shape, and row-contiguous bytes aligned to a cache line.

mod element;
mod format;
mod memory;

pub use element::{Element, Number};
pub use format::PrintOptions;
pub(crate) use format::literal;

use emberforge_base::{DType, Error, Result};
use memory::Bytes;

/// An array in host memory: dtype, shape, row-contiguous elements.
///
/// ```
/// use emberforge_kernel::{DType, HostArray};
///
/// let x = HostArray::new(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// assert_eq!((x.dtype(), x.shape(), x.len()), (DType::F32, &[2, 2][..], 4));
/// assert_eq!(x.as_slice::<f32>()?, [1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(x.to_string(), "[[1 2]\n [3 4]]");
///
/// let wrong = x.as_slice::<i32>().unwrap_err();
/// assert_eq!(wrong.to_string(), "the array holds f32 and was read as i32; use `as_slice::<f32>()` or `convert`");
/// # Ok::<(), emberforge_kernel::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HostArray {
    dtype: DType,
    shape: Vec<usize>,
    bytes: Bytes,
}

impl HostArray {
    /// An array with the given elements in row-major order; an empty shape is a 0-d array of one element.
    pub fn new<T: Element>(elements: &[T], shape: &[usize]) -> Result<HostArray> {
        let expected = element_count(shape)?;
        if elements.len() != expected {
            return Err(Error::invalid(format!(
                "{} elements do not fill shape {} of {expected} elements; pass as many elements as the product of \
                 the dimensions",
                elements.len(),
                shape_text(shape)
            )));
        }
        let mut array = HostArray::zeros(T::DTYPE, shape)?;
        array.bytes.as_mut_slice().copy_from_slice(bytemuck::cast_slice(elements));
        Ok(array)
    }

    /// A 0-d array: what MLX makes of a host scalar. The body sees it as a reference, `s` rather than `s[0]`.
    ///
    /// ```
    /// # use emberforge_kernel::HostArray;
    /// assert_eq!(HostArray::scalar(7.5f32).shape(), &[] as &[usize]);
    /// ```
    pub fn scalar<T: Element>(value: T) -> HostArray {
        HostArray::new(&[value], &[]).expect("one element fills the empty shape")
    }

    /// A 1-d array.
    pub fn vector<T: Element>(elements: &[T]) -> HostArray {
        HostArray::new(elements, &[elements.len()]).expect("the shape is made from the elements")
    }

    /// An array of zeros (false for `bool`).
    ///
    /// A size that this machine cannot hold is an error, not an abort.
    pub fn zeros(dtype: DType, shape: &[usize]) -> Result<HostArray> {
        let bytes = element_count(shape)?.checked_mul(dtype.size()).ok_or_else(|| too_large(shape))?;
        let bytes = Bytes::zeroed(bytes)
            .map_err(|reason| Error::invalid(format!("an array {dtype}{} {reason}", shape_text(shape))))?;
        Ok(HostArray { dtype, shape: shape.to_vec(), bytes })
    }

    /// An array every element of which is `value`, converted to `dtype` (floats to integers truncate and saturate).
    pub fn full(dtype: DType, shape: &[usize], value: Number) -> Result<HostArray> {
        let mut array = HostArray::zeros(dtype, shape)?;
        array.fill(value);
        Ok(array)
    }

    /// An array from raw little-endian bytes.
    pub fn from_bytes(dtype: DType, shape: &[usize], bytes: &[u8]) -> Result<HostArray> {
        let mut array = HostArray::zeros(dtype, shape)?;
        if bytes.len() != array.byte_len() {
            return Err(Error::invalid(format!(
                "{} bytes do not fill an array {dtype}{}; it takes {}",
                bytes.len(),
                shape_text(shape),
                array.byte_len()
            )));
        }
        array.bytes.as_mut_slice().copy_from_slice(bytes);
        settle(array.bytes.as_mut_slice(), dtype);
        Ok(array)
    }

    /// Makes an array element by element from a function of the flat index.
    pub(crate) fn generate(
        dtype: DType,
        shape: &[usize],
        mut f: impl FnMut(usize) -> Number,
    ) -> Result<HostArray> {
        let mut array = HostArray::zeros(dtype, shape)?;
        for (i, bytes) in array.bytes.as_mut_slice().chunks_exact_mut(dtype.size()).enumerate() {
            f(i).write(dtype, bytes);
        }
        Ok(array)
    }

    /// [`HostArray::generate`] on every core, for functions that cost something.
    pub(crate) fn generate_parallel(
        dtype: DType,
        shape: &[usize],
        f: impl Fn(usize) -> Number + Sync,
    ) -> Result<HostArray> {
        const CHUNK: usize = 1 << 16;
        if element_count(shape)? <= CHUNK {
            return HostArray::generate(dtype, shape, f);
        }
        let mut array = HostArray::zeros(dtype, shape)?;
        let size = dtype.size();
        let chunks = std::sync::Mutex::new(array.bytes.as_mut_slice().chunks_mut(CHUNK * size).enumerate());
        let work = || {
            loop {
                let next = chunks.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
                let Some((n, chunk)) = next else { return };
                for (i, bytes) in chunk.chunks_exact_mut(size).enumerate() {
                    f(n * CHUNK + i).write(dtype, bytes);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..std::thread::available_parallelism().map_or(1, |n| n.get()) {
                scope.spawn(work);
            }
            work();
        });
        Ok(array)
    }

    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The extents, outermost first; empty for a 0-d array.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of dimensions.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.byte_len() / self.dtype.size()
    }

    /// True when some extent is 0.
    pub fn is_empty(&self) -> bool {
        self.byte_len() == 0
    }

    /// Number of bytes.
    pub fn byte_len(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The content, to be written. A `bool` is the byte 0 or 1.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.bytes.as_mut_slice()
    }

    /// Elements in row-major order; the type must be the array's own.
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        self.expect_dtype::<T>()?;
        bytemuck::checked::try_cast_slice(self.bytes.as_slice())
            .map_err(|e| Error::internal(format_args!("host array of {}: {e}", self.dtype)))
    }

    /// Elements in row-major order as `f64` (complex: the real parts).
    pub fn to_f64(&self) -> Vec<f64> {
        (0..self.len()).map(|i| self.get(i).to_f64()).collect()
    }

    /// The element at a flat index.
    ///
    /// # Panics
    /// When `index` is not below [`HostArray::len`].
    pub fn get(&self, index: usize) -> Number {
        let size = self.dtype.size();
        Number::from_bytes(self.dtype, &self.bytes.as_slice()[index * size..][..size])
    }

    /// The same elements under another shape.
    pub fn reshape(mut self, shape: &[usize]) -> Result<HostArray> {
        if element_count(shape)? != self.len() {
            return Err(Error::invalid(format!(
                "shape {} of {} elements cannot become {}; the number of elements must stay the same",
                shape_text(&self.shape),
                self.len(),
                shape_text(shape)
            )));
        }
        self.shape = shape.to_vec();
        Ok(self)
    }

    /// The same values in another dtype: floats are rounded to nearest, floats to integers truncate and saturate.
    pub fn convert(&self, dtype: DType) -> Result<HostArray> {
        HostArray::generate(dtype, &self.shape, |i| self.get(i))
    }

    /// Sets every element to `value`.
    pub fn fill(&mut self, value: Number) {
        fill(self.bytes.as_mut_slice(), self.dtype, value);
    }

    /// True when dtype, shape and every bit agree.
    pub fn same_bits(&self, other: &HostArray) -> bool {
        self.dtype == other.dtype && self.shape == other.shape && self.bytes() == other.bytes()
    }

    fn expect_dtype<T: Element>(&self) -> Result<()> {
        if self.dtype == T::DTYPE {
            return Ok(());
        }
        let rust = match self.dtype {
            DType::Complex64 => "[f32; 2]",
            other => other.name(),
        };
        Err(Error::invalid(format!(
            "the array holds {} and was read as {}; use `as_slice::<{rust}>()` or `convert`",
            self.dtype,
            T::DTYPE
        )))
    }
}

/// Sets every element of `bytes` to `value`.
pub(crate) fn fill(bytes: &mut [u8], dtype: DType, value: Number) {
    let size = dtype.size();
    let mut one = [0u8; 8];
    value.write(dtype, &mut one[..size]);
    if one[..size].iter().all(|b| *b == 0) {
        bytes.fill(0);
        return;
    }
    for element in bytes.chunks_exact_mut(size) {
        element.copy_from_slice(&one[..size]);
    }
}

/// Brings the bytes that a kernel or a file left in a `bool` array to 0 and 1, so that they read as Rust booleans.
pub(crate) fn settle(bytes: &mut [u8], dtype: DType) {
    if dtype == DType::Bool {
        for byte in bytes {
            *byte = u8::from(*byte != 0);
        }
    }
}

/// Product of the extents, if it fits the address space.
pub(crate) fn element_count(shape: &[usize]) -> Result<usize> {
    // A zero extent makes the array empty whatever the others are.
    if shape.contains(&0) {
        return Ok(0);
    }
    shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).ok_or_else(|| too_large(shape))
}

fn too_large(shape: &[usize]) -> Error {
    Error::invalid(format!(
        "shape {} has more elements than this machine can address; use smaller dimensions",
        shape_text(shape)
    ))
}

/// A shape as Python writes it: `(2, 3)`, `(5,)`, `()`.
pub(crate) fn shape_text(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// Row-contiguous strides in elements.
pub(crate) fn contiguous_strides(shape: &[usize]) -> Vec<i64> {
    let mut strides = vec![1i64; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis].saturating_mul(i64::try_from(shape[axis]).unwrap_or(i64::MAX));
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_sizes_are_errors() {
        let error = HostArray::zeros(DType::F32, &[1 << 40, 1 << 40]).unwrap_err().to_string();
        assert!(error.contains("more elements than this machine can address"), "{error}");
        let error = HostArray::zeros(DType::F32, &[1 << 44]).unwrap_err().to_string();
        assert!(error.contains("needs 64.0 TiB"), "{error}");
    }

    #[test]
    fn conversions_truncate_saturate_and_round() {
        let x = HostArray::vector(&[1.9f32, -1.9, f32::NAN, 1e20, -1e20]);
        assert_eq!(x.convert(DType::I32).unwrap().as_slice::<i32>().unwrap(), [1, -1, 0, i32::MAX, i32::MIN]);
        assert_eq!(x.convert(DType::Bool).unwrap().as_slice::<bool>().unwrap(), [true; 5]);
    }

    #[test]
    fn data_is_aligned_to_a_cache_line() {
        for n in [1usize, 7, 1000, 100_000] {
            let x = HostArray::zeros(DType::U8, &[n]).unwrap();
            assert_eq!(x.clone().bytes().as_ptr().align_offset(64), 0);
        }
    }

    #[test]
    fn strides_count_elements() {
        assert_eq!(contiguous_strides(&[2, 3, 4]), [12, 4, 1]);
        assert_eq!(contiguous_strides(&[]), [0i64; 0]);
    }
}
