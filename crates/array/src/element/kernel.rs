//! From an expression of elementwise operations to a compiled kernel.
//!
//! One thread computes one element of the result. Where the elements of the operands lie is not compiled in: sizes,
//! offsets and strides come from a parameter buffer, so that a kernel serves every shape of the same rank. The
//! machine finds out at run time that a stride is 1 and reads a slice.

use super::emit::{Element, Emitter, emit, scalar};
use super::op::ElementOp;
use emberforge_base::{DType, Result};
use emberforge_ir::{self as ir, Attribute, BinaryOp, BufferId, Op, Scalar, Space, Type, ValueId};
use emberforge_vm as vm;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::{Arc, Mutex, PoisonError};

/// Elementwise operations in an order in which each follows its operands; the last one is the result.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expression {
    /// Dtypes of the arrays it reads.
    pub(crate) leaves: Vec<DType>,
    /// Constants: dtype and bits.
    pub(crate) constants: Vec<(DType, u64)>,
    pub(crate) steps: Vec<Step>,
}

/// One operation of an expression.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) op: ElementOp,
    /// Dtype of the operands (of a select: of its branches).
    pub(crate) from: DType,
    pub(crate) to: DType,
    pub(crate) args: SmallVec<[Arg; 3]>,
}

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    Leaf(u32),
    Constant(u32),
    Step(u32),
}

impl Expression {
    /// The dtype of the result: of the last step, or of the only leaf.
    pub(crate) fn result(&self) -> DType {
        match self.steps.last() {
            Some(step) => step.to,
            None => self.leaves[0],
        }
    }

    /// Everything the compiled kernel depends on, next to the code that depends on it (`build`): the rank, every dtype,
    /// every operation and how they are wired, which leaf is overwritten. Sizes, strides and the constants' bits are
    /// parameters.
    fn key(&self, rank: usize, over: Option<usize>) -> Vec<u32> {
        let mut key = Vec::with_capacity(5 + self.leaves.len() + self.constants.len() + 5 * self.steps.len());
        let over = over.map_or(0, |leaf| leaf as u32 + 1);
        key.extend([rank as u32, over, self.leaves.len() as u32, self.constants.len() as u32]);
        key.extend(self.leaves.iter().map(|d| *d as u32));
        key.extend(self.constants.iter().map(|(d, _)| *d as u32));
        for step in &self.steps {
            key.extend([step.op.code(), step.from as u32 | (step.to as u32) << 8]);
            key.extend(step.args.iter().map(|arg| match *arg {
                Arg::Leaf(i) => i,
                Arg::Constant(i) => 1 << 30 | i,
                Arg::Step(i) => 1 << 31 | i,
            }));
        }
        key
    }
}

/// The order of a kernel's parameters, all `i64`: sizes of the axes, then for each operand (leaves, then the result) its
/// offset and strides in elements, then the constants' bits.
pub(crate) struct Parameters {
    rank: usize,
    leaves: usize,
}

impl Parameters {
    pub(crate) fn new(rank: usize, leaves: usize) -> Self {
        Parameters { rank, leaves }
    }

    fn size(&self, axis: usize) -> usize {
        axis
    }

    fn offset(&self, operand: usize) -> usize {
        self.rank + operand * (self.rank + 1)
    }

    fn stride(&self, operand: usize, axis: usize) -> usize {
        self.offset(operand) + 1 + axis
    }

    fn constant(&self, index: usize) -> usize {
        self.offset(self.leaves + 1) + index
    }
}

/// The compiled kernel of an expression, from the cache if it was made before. Buffers: parameters, leaves, result. The leaf
/// `over` has no buffer of its own: its elements stand where the result's go.
pub(crate) fn compiled(
    expression: &Expression,
    rank: usize,
    over: Option<usize>,
) -> Result<Arc<vm::Program>> {
    /// Far more than a program has kinds of expressions.
    const MOST_KERNELS: usize = 4096;
    static CACHE: Mutex<Option<FxHashMap<Vec<u32>, Arc<vm::Program>>>> = Mutex::new(None);
    let key = expression.key(rank, over);
    let lock = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(program) = lock().get_or_insert_default().get(&key) {
        return Ok(program.clone());
    }
    let kernel = build(expression, rank, over);
    if cfg!(debug_assertions)
        && let Some(problem) = ir::verify(&kernel).first()
    {
        return Err(emberforge_base::Error::internal(format_args!("a fused kernel is invalid: {problem}")));
    }
    let program = Arc::new(vm::compile(&kernel)?);
    let mut cache = lock();
    let cache = cache.get_or_insert_default();
    if cache.len() >= MOST_KERNELS {
        cache.clear();
    }
    cache.insert(key, program.clone());
    Ok(program)
}

/// The kernel's IR.
fn build(expression: &Expression, rank: usize, over: Option<usize>) -> ir::Kernel {
    let mut e = Emitter::new("elementwise");
    let layout = Parameters::new(rank, expression.leaves.len());
    let params = e.builder.buffer("parameters", Space::Constant, false);
    let leaves: Vec<Option<BufferId>> = (0..expression.leaves.len())
        .map(|i| (over != Some(i)).then(|| e.builder.buffer(format!("in{i}"), Space::Device, false)))
        .collect();
    let out = e.builder.buffer("out", Space::Device, true);

    let params = e.inst(Op::Buffer(params), Type::Pointer(Space::Constant));
    let place = coordinates(&mut e, &layout, params);
    let inputs: Vec<Element> = expression
        .leaves
        .iter()
        .zip(&leaves)
        .enumerate()
        .map(|(i, (dtype, buffer))| {
            let index = index(&mut e, &layout, params, i, &place);
            let base = e.inst(Op::Buffer(buffer.unwrap_or(out)), Type::Pointer(Space::Device));
            load(&mut e, base, index, *dtype, dtype.size() as u32)
        })
        .collect();
    let constants: Vec<Element> = expression
        .constants
        .iter()
        .enumerate()
        .map(|(i, (dtype, _))| {
            let index = e.int(Scalar::I64, layout.constant(i) as i64);
            load(&mut e, params, index, *dtype, 8)
        })
        .collect();

    let mut results: Vec<Element> = Vec::with_capacity(expression.steps.len());
    for step in &expression.steps {
        let args: SmallVec<[Element; 3]> = step
            .args
            .iter()
            .map(|arg| match *arg {
                Arg::Leaf(i) => inputs[i as usize],
                Arg::Constant(i) => constants[i as usize],
                Arg::Step(i) => results[i as usize],
            })
            .collect();
        results.push(emit(&mut e, step.op, step.from, step.to, &args));
    }
    let result = results.last().copied().unwrap_or_else(|| inputs[0]);

    let index = index(&mut e, &layout, params, expression.leaves.len(), &place);
    let base = e.inst(Op::Buffer(out), Type::Pointer(Space::Device));
    store(&mut e, base, index, result, expression.result());
    e.builder.finish()
}

/// The thread's coordinate on each axis, as `i64`: the last axis is x, the one before it y, all others share z.
fn coordinates(e: &mut Emitter, layout: &Parameters, params: ValueId) -> Vec<ValueId> {
    let rank = layout.rank;
    let mut place = vec![ValueId(0); rank];
    for axis in 0..rank.min(3) {
        let value = e.inst(Op::Attribute(Attribute::ThreadPositionInGrid, axis as u8), Scalar::U32);
        place[rank - 1 - axis] = e.convert(value, Scalar::I64);
    }
    // z = ((i0 * n1 + i1) * n2 + i2) ...; unpacked from the innermost outwards.
    for axis in (1..rank.saturating_sub(2)).rev() {
        let size = parameter(e, params, layout.size(axis));
        let all = place[axis];
        place[axis] = e.binary(BinaryOp::Rem, all, size);
        place[axis - 1] = e.div(all, size);
    }
    place
}

/// An operand's element number at the thread's place.
fn index(
    e: &mut Emitter,
    layout: &Parameters,
    params: ValueId,
    operand: usize,
    place: &[ValueId],
) -> ValueId {
    let mut index = parameter(e, params, layout.offset(operand));
    for (axis, coordinate) in place.iter().enumerate() {
        let stride = parameter(e, params, layout.stride(operand, axis));
        let step = e.mul(*coordinate, stride);
        index = e.add(index, step);
    }
    index
}

fn parameter(e: &mut Emitter, params: ValueId, number: usize) -> ValueId {
    let index = e.int(Scalar::I64, number as i64);
    let pointer = e.inst(Op::Offset { base: params, index, scale: 8 }, Type::Pointer(Space::Constant));
    e.inst(Op::Load(pointer), Scalar::I64)
}

fn load(e: &mut Emitter, base: ValueId, index: ValueId, dtype: DType, scale: u32) -> Element {
    let ty = e.builder.kernel().ty(base);
    let pointer = e.inst(Op::Offset { base, index, scale }, ty);
    let first = e.inst(Op::Load(pointer), scalar(dtype));
    if dtype != DType::Complex64 {
        return Element::Real(first);
    }
    let imaginary = imaginary(e, pointer);
    Element::Complex(first, e.inst(Op::Load(imaginary), Scalar::F32))
}

fn store(e: &mut Emitter, base: ValueId, index: ValueId, element: Element, dtype: DType) {
    let ty = e.builder.kernel().ty(base);
    let pointer = e.inst(Op::Offset { base, index, scale: dtype.size() as u32 }, ty);
    let put = |e: &mut Emitter, pointer, value| {
        e.builder.inst(Op::Store(pointer, value), None, super::emit::nowhere());
    };
    match element {
        Element::Real(value) => put(e, pointer, value),
        Element::Complex(re, im) => {
            put(e, pointer, re);
            let second = imaginary(e, pointer);
            put(e, second, im);
        }
    }
}

/// The address of the imaginary part.
fn imaginary(e: &mut Emitter, pointer: ValueId) -> ValueId {
    let ty = e.builder.kernel().ty(pointer);
    let one = e.int(Scalar::I64, 1);
    e.inst(Op::Offset { base: pointer, index: one, scale: 4 }, ty)
}
