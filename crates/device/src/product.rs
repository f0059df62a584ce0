//! Matrix products by the `gemm` crate, behind bounds checks.

use emberforge_base::{Error, Result};
use num_complex::Complex32;

/// An element type that products exist for.
pub trait Real: Copy + 'static + sealed::Sealed {
    /// One.
    const ONE: Self;
    /// Zero.
    const ZERO: Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! real {
    ($($ty:ty: $zero:expr, $one:expr);* $(;)?) => {$(
        impl sealed::Sealed for $ty {}
        impl Real for $ty {
            const ONE: Self = $one;
            const ZERO: Self = $zero;
        }
    )*};
}

real! {
    f32: 0.0, 1.0;
    f64: 0.0, 1.0;
    Complex32: Complex32::new(0.0, 0.0), Complex32::new(1.0, 0.0);
}

/// A matrix inside a slice: element (r, c) is `data[offset + r * row_stride + c * column_stride]`.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the formula above names every field")]
pub struct Matrix<'a, T> {
    pub data: &'a [T],
    pub offset: usize,
    pub row_stride: isize,
    pub column_stride: isize,
}

/// The matrix that a product goes to: element (r, c) is `data[offset + r * row_stride + c]`.
#[derive(Debug)]
#[expect(missing_docs, reason = "the formula above names every field")]
pub struct MatrixMut<'a, T> {
    pub data: &'a mut [T],
    pub offset: usize,
    pub row_stride: usize,
}

/// `out = a * b` (`rows` x `inner` times `inner` x `columns`), or `out += a * b`.
///
/// # Errors
/// When a matrix reaches outside its slice, or rows of `out` overlap.
pub fn product<T: Real>(
    [rows, inner, columns]: [usize; 3],
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    out: MatrixMut<'_, T>,
    accumulate: bool,
    threads: usize,
) -> Result<()> {
    if rows == 0 || columns == 0 {
        return Ok(());
    }
    inside(&a, rows, inner)?;
    inside(&b, inner, columns)?;
    let MatrixMut { data, offset, row_stride } = out;
    if row_stride < columns || offset + (rows - 1) * row_stride + columns > data.len() {
        return Err(Error::internal(format_args!(
            "a {rows} x {columns} product goes to rows {row_stride} apart from element {offset} of {}",
            data.len()
        )));
    }
    let data = &mut data[offset..];
    let parallel = if threads == 1 { gemm::Parallelism::None } else { gemm::Parallelism::Rayon(threads) };
    let alpha = if accumulate { T::ONE } else { T::ZERO };
    // SAFETY: every element the routine reads lies in `a.data` and `b.data` (tested by `inside`), every one it writes in
    // `data`, whose length is tested above and which, being borrowed mutably, overlaps neither.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            data.as_mut_ptr(),
            1,
            row_stride as isize,
            accumulate,
            a.data.as_ptr().wrapping_add(a.offset),
            a.column_stride,
            a.row_stride,
            b.data.as_ptr().wrapping_add(b.offset),
            b.column_stride,
            b.row_stride,
            alpha,
            T::ONE,
            false,
            false,
            false,
            parallel,
        );
    }
    Ok(())
}

/// Tests that every element of the matrix lies in its slice.
pub(crate) fn inside<T>(matrix: &Matrix<'_, T>, rows: usize, columns: usize) -> Result<()> {
    if rows == 0 || columns == 0 {
        return Ok(());
    }
    let reach = |stride: isize, n: usize| (stride as i128) * (n as i128 - 1);
    let (r, c) = (reach(matrix.row_stride, rows), reach(matrix.column_stride, columns));
    let first = matrix.offset as i128 + r.min(0) + c.min(0);
    let last = matrix.offset as i128 + r.max(0) + c.max(0);
    if first < 0 || last >= matrix.data.len() as i128 {
        return Err(Error::internal(format_args!(
            "a {rows} x {columns} matrix reaches from element {first} to {last} of {}",
            matrix.data.len()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dense(data: &[f32], columns: isize) -> Matrix<'_, f32> {
        Matrix { data, offset: 0, row_stride: columns, column_stride: 1 }
    }

    fn to(data: &mut [f32], row_stride: usize) -> MatrixMut<'_, f32> {
        MatrixMut { data, offset: 0, row_stride }
    }

    #[test]
    fn a_transposed_operand_is_read_by_its_strides() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0f32];
        let transposed = Matrix { data: &a, offset: 0, row_stride: 1, column_stride: 3 };
        let mut out = [0.0; 9];
        product([3, 2, 3], transposed, dense(&a, 3), to(&mut out, 3), false, 1).expect("fits");
        assert_eq!(out, [17.0, 22.0, 27.0, 22.0, 29.0, 36.0, 27.0, 36.0, 45.0]);
    }

    #[test]
    fn accumulation_adds_to_what_is_there() {
        let mut out = [10.0f32];
        product([1, 2, 1], dense(&[1.0, 2.0], 2), dense(&[3.0, 4.0], 1), to(&mut out, 1), true, 1)
            .expect("fits");
        assert_eq!(out, [21.0]);
    }

    #[test]
    fn rows_of_the_result_may_lie_apart() {
        let mut out = [7.0f32; 5];
        let a = [1.0, 2.0];
        let apart = MatrixMut { data: &mut out, offset: 1, row_stride: 3 };
        product([2, 1, 1], dense(&a, 1), dense(&[3.0], 1), apart, false, 1).expect("fits");
        assert_eq!(out, [7.0, 3.0, 7.0, 7.0, 6.0]);
        let overlap = MatrixMut { data: &mut out, offset: 0, row_stride: 1 };
        assert!(product([2, 1, 2], dense(&a, 1), dense(&a, 2), overlap, false, 1).is_err());
    }

    #[test]
    fn a_matrix_outside_its_slice_is_refused() {
        let mut out = [0.0; 4];
        let error = product([2, 2, 2], dense(&[0.0; 3], 2), dense(&[0.0; 4], 2), to(&mut out, 2), false, 1);
        assert!(error.expect_err("3 of 4 elements").to_string().contains("reaches from element 0 to 3 of 3"));
    }
}
