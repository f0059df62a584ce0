//! Runs an expression over arrays.

use super::kernel::{Expression, compiled};
use crate::shape::{self, Shape, Strides};
use crate::value::Value;
use emberforge_base::{Error, ErrorKind, Result};
use emberforge_device::BufferMut;
use emberforge_vm::{BufferArg, Launch};

/// Threads of a launch along x at most: longer axes run in pieces.
const LONGEST: usize = 1 << 30;

/// Computes the expression for every element of `shape`; `leaves` have that shape. The result is dense.
pub(crate) fn run(expression: &Expression, leaves: &[Value], shape: &[usize]) -> Result<Value> {
    let dtype = expression.result();
    let mut buffer = BufferMut::new(shape::count(shape)? * dtype.size())?;
    run_into(expression, leaves, shape, buffer.bytes_mut(), 0)?;
    Ok(Value::dense(buffer, dtype, shape))
}

/// [`run`] in the memory of the leaf `over`, whose elements are dense and as wide as the result's.
pub(crate) fn run_over(
    expression: &Expression,
    leaves: &[Value],
    shape: &[usize],
    over: usize,
    mut memory: BufferMut,
) -> Result<Value> {
    launch(expression, leaves, shape, memory.bytes_mut(), 0, Some(over))?;
    Ok(Value::dense(memory, expression.result(), shape))
}

/// [`run`] into memory that exists: the dense row-major elements of the result. `threads` 0 is one per core.
pub(crate) fn run_into(
    expression: &Expression,
    leaves: &[Value],
    shape: &[usize],
    out: &mut [u8],
    threads: usize,
) -> Result<()> {
    launch(expression, leaves, shape, out, threads, None)
}

/// Every element is read and then written by the thread that owns it, so that `out` may hold the leaf `over`.
fn launch(
    expression: &Expression,
    leaves: &[Value],
    shape: &[usize],
    out: &mut [u8],
    threads: usize,
    over: Option<usize>,
) -> Result<()> {
    if shape.contains(&0) {
        return Ok(());
    }
    let dense = shape::row_major(shape);
    let operands: Vec<&[i64]> = leaves.iter().map(|v| &*v.strides).chain([&*dense]).collect();
    let (sizes, strides) = shape::merge(shape, &operands);
    let rank = sizes.len();
    let program = compiled(expression, rank, over)?;

    let axis = |from_end: usize| if from_end < rank { sizes[rank - 1 - from_end] } else { 1 };
    let outer: usize = sizes[..rank.saturating_sub(2)].iter().product();
    let extent = |n: usize| {
        u32::try_from(n).map_err(|_| {
            Error::new(
                ErrorKind::Unsupported,
                format!("an axis of shape {} is longer than 2^32 elements", shape::text(shape)),
            )
        })
    };
    let grid = [0, extent(axis(1))?, extent(outer)?];
    let mut first = 0;
    while first < axis(0) {
        let length = (axis(0) - first).min(LONGEST);
        let params = parameters(expression, leaves, &sizes, &strides, first);
        let mut buffers = Vec::with_capacity(leaves.len() + 2);
        buffers.push(BufferArg::Read(bytemuck::cast_slice(&params)));
        let read = leaves.iter().enumerate().filter(|(i, _)| over != Some(*i));
        buffers.extend(read.map(|(_, v)| BufferArg::Read(v.buffer.bytes())));
        buffers.push(BufferArg::Write(&mut *out));
        let launch = Launch {
            grid: [length as u32, grid[1], grid[2]],
            threadgroup: [256, 1, 1],
            threads,
            fuel: None,
            stop: None,
        };
        program.run(&launch, &mut buffers)?;
        first += length;
    }
    Ok(())
}

/// The parameter buffer in the order of [`super::kernel::Parameters`], with x starting at `first`.
fn parameters(
    expression: &Expression,
    leaves: &[Value],
    sizes: &Shape,
    strides: &[Strides],
    first: usize,
) -> Vec<i64> {
    let mut params: Vec<i64> = sizes.iter().map(|n| *n as i64).collect();
    let offsets = leaves.iter().map(|v| v.offset as i64).chain([0]);
    for (offset, strides) in offsets.zip(strides) {
        params.push(offset + first as i64 * strides[strides.len() - 1]);
        params.extend_from_slice(strides);
    }
    params.extend(expression.constants.iter().map(|(_, bits)| *bits as i64));
    params
}
