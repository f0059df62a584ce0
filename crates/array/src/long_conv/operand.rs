//! Operands of any strides, brought into rows.

use super::real::Real;
use super::row::dispatch;
use super::side_by_side::Columns;
use crate::value::Value;
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use pulp::{Simd, WithSimd};

/// The axes `[batch, channel, time]` of a value.
pub(super) struct Operand<'a, T> {
    data: &'a [T],
    offset: i64,
    strides: [i64; 3],
}

/// How elements meet what a row holds.
#[derive(Clone, Copy)]
pub(super) enum Meet {
    Replace,
    Multiply,
    Add,
}

/// Channels that are brought in together where time is not dense: their elements share cache lines.
pub(super) const TILE: usize = 16;

impl<'a, T: Real> Operand<'a, T> {
    pub(super) fn new(value: &'a Value) -> Result<Operand<'a, T>> {
        let data = value.elements::<T>().ok_or_else(|| Error::internal("an operand is misaligned"))?;
        let strides = [value.strides[0], value.strides[1], value.strides[2]];
        Ok(Operand { data, offset: value.offset as i64, strides })
    }

    /// True when the rows are dense.
    pub(super) fn is_by_rows(&self) -> bool {
        self.strides[2] == 1
    }

    /// True when channels are neighbours in memory.
    pub(super) fn is_by_moments(&self) -> bool {
        self.strides[1] == 1 && self.strides[2] >= 0
    }

    fn start(&self, batch: usize, channel: usize) -> i64 {
        self.offset + self.strides[0] * batch as i64 + self.strides[1] * channel as i64
    }

    /// A dense row; `None` where rows are not dense.
    pub(super) fn row(&self, batch: usize, channel: usize, length: usize) -> Option<&'a [T]> {
        self.is_by_rows().then(|| &self.data[self.start(batch, channel) as usize..][..length])
    }

    /// Neighbouring channels, of an operand that has such.
    pub(super) fn columns(&self, batch: usize, channel: usize) -> Columns<'a, T> {
        Columns { data: &self.data[self.start(batch, channel) as usize..], stride: self.strides[2] as usize }
    }

    /// Brings the rows of `batch` from `channel` on into `rows`, which holds some of `length` elements.
    pub(super) fn bring(&self, meet: Meet, batch: usize, channel: usize, length: usize, rows: &mut [T]) {
        let [_, by_channel, by_time] = self.strides;
        let start = self.start(batch, channel);
        if self.is_by_rows() {
            for (c, row) in rows.chunks_exact_mut(length).enumerate() {
                let from = &self.data[(start + by_channel * c as i64) as usize..][..length];
                dispatch(Dense(meet, row, from));
            }
            return;
        }
        // Squares of as many moments as channels: each cache line is used whole while it is at hand.
        for first in (0..length).step_by(TILE) {
            let moments = TILE.min(length - first);
            for (c, row) in rows.chunks_exact_mut(length).enumerate() {
                let mut at = start + by_channel * c as i64 + by_time * first as i64;
                for to in &mut row[first..first + moments] {
                    let x = self.data[at as usize];
                    at += by_time;
                    *to = match meet {
                        Meet::Replace => x,
                        Meet::Multiply => *to * x,
                        Meet::Add => *to + x,
                    };
                }
            }
        }
    }
}

/// A row that meets another.
struct Dense<'a, T>(Meet, &'a mut [T], &'a [T]);

impl<T: Real> WithSimd for Dense<'_, T> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Dense(meet, row, from) = self;
        match meet {
            Meet::Replace => row.copy_from_slice(from),
            Meet::Multiply => row.iter_mut().zip(from).for_each(|(to, x)| *to = *to * *x),
            Meet::Add => row.iter_mut().zip(from).for_each(|(to, x)| *to = *to + *x),
        }
    }
}

/// Rows of a dense value that lie on vector boundaries.
pub(super) fn spectra(value: &Value) -> Result<Value> {
    let dense = value.to_dense()?;
    let aligned = dense.dense_bytes().is_some_and(|b| b.as_ptr().align_offset(64) == 0);
    if aligned {
        return Ok(dense);
    }
    let bytes = dense.dense_bytes().unwrap_or_default();
    let mut copy = BufferMut::new(bytes.len())?;
    copy.bytes_mut().copy_from_slice(bytes);
    Ok(Value::dense(copy, dense.dtype, &dense.shape))
}
