//! Coordinate grids and windows.

use super::range::arange;
use crate::element::node::{binary, select, unary};
use crate::element::{Binary, Comparison, Unary};
use crate::shape::Shape;
use crate::view::to_shape;
use crate::{Array, broadcast_to, swapaxes};
use emberforge_base::{DType, Result};
use std::f64::consts::TAU;

/// Which of the first two axes of a grid belongs to the first array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Indexing {
    /// Axis 1, as on paper: x runs along a row.
    #[default]
    Xy,
    /// Axis 0, as in a matrix.
    Ij,
}

/// For coordinates along each axis, the coordinates of every point of the grid they span, one array per axis. Arrays are
/// flattened first. A sparse grid keeps size 1 along the axes that a coordinate does not depend on.
///
/// ```
/// use emberforge_array::{Array, Indexing, meshgrid};
///
/// let (x, y) = (Array::from_slice(&[1, 2], &[2])?, Array::from_slice(&[5], &[1])?);
/// let grid = meshgrid(&[&x, &y], false, Indexing::Xy)?;
/// assert_eq!((grid[0].to_vec::<i32>()?, grid[1].to_vec::<i32>()?), (vec![1, 2], vec![5, 5]));
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When an array is a failed array, or the grid has more points than a machine can address.
pub fn meshgrid(arrays: &[&Array], sparse: bool, indexing: Indexing) -> Result<Vec<Array>> {
    let full: Shape = arrays.iter().map(|x| x.size()).collect();
    let along = |(axis, x): (usize, &&Array)| {
        x.check()?;
        let mut shape = Shape::from_elem(1, full.len());
        shape[axis] = full[axis];
        let thin = to_shape(x, shape)?;
        let grid = if sparse { thin } else { broadcast_to(&thin, &full)? };
        if indexing == Indexing::Xy && full.len() > 1 { swapaxes(&grid, 0, 1) } else { Ok(grid) }
    };
    arrays.iter().enumerate().map(along).collect()
}

/// `f32` of the angle `2 pi i / (count - 1)` for each of `count` points.
fn turns(count: usize) -> Result<Array> {
    binary(Binary::Multiply, &arange(count, DType::F32)?, TAU / count.saturating_sub(1).max(1) as f64)
}

fn cosine(angle: &Array, factor: f64, multiple: f64) -> Result<Array> {
    binary(Binary::Multiply, &unary(Unary::Cos, &binary(Binary::Multiply, angle, multiple)?)?, factor)
}

/// A window of one point is 1 everywhere.
fn window(count: usize, build: impl FnOnce() -> Result<Array>) -> Result<Array> {
    if count == 1 { crate::ones(&[1], DType::F32) } else { build() }
}

/// The Hann window, `0.5 - 0.5 cos(2 pi i / (count - 1))`, as `f32`.
///
/// ```
/// use emberforge_array::hanning;
///
/// assert_eq!(hanning(3)?.to_vec::<f32>()?[1], 1.0);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn hanning(count: usize) -> Result<Array> {
    window(count, || binary(Binary::Add, &cosine(&turns(count)?, -0.5, 1.0)?, 0.5))
}

/// The Hamming window, `0.54 - 0.46 cos(2 pi i / (count - 1))`, as `f32`.
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn hamming(count: usize) -> Result<Array> {
    window(count, || binary(Binary::Add, &cosine(&turns(count)?, -0.46, 1.0)?, 0.54))
}

/// The Blackman window, `0.42 - 0.5 cos(a) + 0.08 cos(2a)` with `a = 2 pi i / (count - 1)`, as `f32`.
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn blackman(count: usize) -> Result<Array> {
    window(count, || {
        let angle = turns(count)?;
        let sum = binary(Binary::Add, &cosine(&angle, -0.5, 1.0)?, &cosine(&angle, 0.08, 2.0)?)?;
        binary(Binary::Add, &sum, 0.42)
    })
}

/// The Bartlett window, a triangle from 0 to 1 and back, as `f32`.
///
/// # Errors
/// When it would have more elements than a machine can address.
pub fn bartlett(count: usize) -> Result<Array> {
    window(count, || {
        let t = binary(
            Binary::Multiply,
            &arange(count, DType::F32)?,
            2.0 / count.saturating_sub(1).max(1) as f64,
        )?;
        let rising = crate::element::node::comparison(Comparison::LessEqual, &t, 1.0)?;
        select(&rising, &t, &binary(Binary::Subtract, 2.0, &t)?)
    })
}
