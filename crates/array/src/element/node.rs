//! Elementwise nodes: the primitive, and the functions that build it.

use super::kernel::{Arg, Expression, Step};
use super::{Binary, Comparison, ElementOp, Unary, run};
use crate::primitive::{Gradients, Primitive, Values, Vjp, unsupported};
use crate::promote::{at_least_float, result_type};
use crate::scalar::{Operand, Scalar};
use crate::shape::{self, Shape};
use crate::value::Value;
use crate::{Array, Spec};
use emberforge_base::{DType, Result};
use emberforge_device::BufferMut;
use smallvec::{SmallVec, smallvec};

/// An elementwise operation of the graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elementwise(pub(crate) ElementOp);

impl Primitive for Elementwise {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn element(&self) -> Option<ElementOp> {
        Some(self.0)
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let expression = Expression {
            leaves: inputs.iter().map(|v| v.dtype).collect(),
            constants: Vec::new(),
            steps: vec![Step {
                op: self.0,
                from: inputs[inputs.len() - 1].dtype,
                to: outputs[0].dtype,
                args: (0..inputs.len() as u32).map(Arg::Leaf).collect(),
            }],
        };
        Ok(smallvec![run::run(&expression, inputs, &outputs[0].shape)?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        super::vjp::vjp(self.0, call)
    }
}

/// The same element everywhere: host scalars, `zeros`, `full`. It has no buffer until something other than a fused
/// kernel needs one, and then one element of memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constant {
    pub(crate) bits: u64,
}

impl Primitive for Constant {
    fn name(&self) -> &'static str {
        "full"
    }

    fn constant(&self) -> Option<u64> {
        Some(self.bits)
    }

    fn run(&self, _: &[Value], outputs: &[Spec]) -> Result<Values> {
        Ok(smallvec![self.value(&outputs[0])?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        call.none()
    }
}

impl Constant {
    /// One element of memory, with a stride of 0 along every axis.
    pub(crate) fn value(self, spec: &Spec) -> Result<Value> {
        let Spec { dtype, shape } = spec;
        let mut buffer = BufferMut::new(dtype.size())?;
        buffer.bytes_mut().copy_from_slice(&self.bits.to_le_bytes()[..dtype.size()]);
        let strides = SmallVec::from_elem(0, shape.len());
        Ok(Value { buffer: buffer.freeze(), dtype: *dtype, shape: shape.clone(), strides, offset: 0 })
    }
}

/// An array of one repeated element.
pub(crate) fn constant(value: Scalar, dtype: DType, shape: &[usize]) -> Array {
    Array::build(Constant { bits: value.bits(dtype) }, SmallVec::new(), Spec::new(dtype, shape))
}

/// The same constant in another shape, if `x` is an unevaluated constant.
pub(crate) fn constant_like(x: &Array, shape: &[usize]) -> Option<Array> {
    let bits = x.inner().recipe()?.primitive.constant()?;
    Some(Array::build(Constant { bits }, SmallVec::new(), Spec::new(x.dtype(), shape)))
}

/// The operation on arrays that have been promoted and broadcast.
fn build(op: ElementOp, inputs: SmallVec<[Array; 2]>, dtype: DType) -> Array {
    let shape = inputs[0].spec().shape.clone();
    Array::build(Elementwise(op), inputs, Spec { dtype, shape })
}

/// `x` converted to `dtype`; `x` itself when it has it.
pub(crate) fn cast(x: &Array, dtype: DType) -> Array {
    if x.dtype() == dtype {
        return x.clone();
    }
    build(ElementOp::Cast, smallvec![x.clone()], dtype)
}

/// A function of one operand.
///
/// # Errors
/// When the dtype has no such function, or `x` is a failed array.
pub(crate) fn unary<'a>(op: Unary, x: impl Into<Operand<'a>>) -> Result<Array> {
    use Unary::*;
    let x = array(x.into());
    x.check()?;
    let complex = x.dtype() == DType::Complex64;
    let (from, to) = match op {
        Abs | Real | Imag if complex => (DType::Complex64, DType::F32),
        Abs | Conjugate | Real | Imag | Square | Sign | Ceil | Floor | Round | Trunc => {
            (x.dtype(), x.dtype())
        }
        Negative if x.dtype() == DType::Bool => {
            return Err(unsupported("negative", DType::Bool, "use `logical_not`"));
        }
        Negative => (x.dtype(), x.dtype()),
        BitwiseInvert if complex || x.dtype().is_float() => {
            return Err(unsupported("bitwise_invert", x.dtype(), "it takes integers and bool"));
        }
        BitwiseInvert => (x.dtype(), x.dtype()),
        IsNan | IsInf | IsFinite | LogicalNot => (x.dtype(), DType::Bool),
        IsPosInf | IsNegInf => (x.dtype(), DType::Bool),
        _ => (at_least_float(x.dtype()), at_least_float(x.dtype())),
    };
    let real_only = matches!(op, Ceil | Erf | ErfInv | Expm1 | Floor | Sigmoid | Trunc);
    if complex && real_only {
        return Err(unsupported(
            op.name(),
            DType::Complex64,
            "it takes real arrays; apply it to `real` and `imag`",
        ));
    }
    Ok(build(ElementOp::Unary(op), smallvec![cast(&x, from)], to))
}

/// A function of two operands: promoted, broadcast, applied.
///
/// # Errors
/// When the shapes do not broadcast, the dtype has no such function, or an operand is a failed array.
pub(crate) fn binary<'a, 'b>(
    op: Binary,
    a: impl Into<Operand<'a>>,
    b: impl Into<Operand<'b>>,
) -> Result<Array> {
    use Binary::*;
    let (a, b) = (a.into(), b.into());
    let common = common_dtype(&a, &b);
    let dtype = match op {
        Divide | LogAddExp | Atan2 => at_least_float(common),
        // A truth value has no bits to shift.
        LeftShift | RightShift if common == DType::Bool => DType::U8,
        _ => common,
    };
    let integers = !dtype.is_float() && dtype != DType::Complex64;
    if matches!(op, BitwiseAnd | BitwiseOr | BitwiseXor | LeftShift | RightShift) && !integers {
        return Err(unsupported(op.name(), dtype, "it takes integers and bool"));
    }
    if matches!(op, Atan2 | FloorDivide | Remainder) && dtype == DType::Complex64 {
        return Err(unsupported(op.name(), dtype, "it takes real arrays"));
    }
    let inputs = promoted(&[&a, &b], dtype)?;
    Ok(build(ElementOp::Binary(op), inputs, dtype))
}

/// A comparison, or logical and/or; the result is `bool`.
///
/// # Errors
/// When the shapes do not broadcast, or an operand is a failed array.
pub(crate) fn comparison<'a, 'b>(
    op: Comparison,
    a: impl Into<Operand<'a>>,
    b: impl Into<Operand<'b>>,
) -> Result<Array> {
    let (a, b) = (a.into(), b.into());
    let inputs = promoted(&[&a, &b], common_dtype(&a, &b))?;
    Ok(build(ElementOp::Comparison(op), inputs, DType::Bool))
}

/// Elements of `yes` where `cond` is not zero, else of `no`.
///
/// # Errors
/// When the shapes do not broadcast, or an operand is a failed array.
pub(crate) fn select<'a, 'b, 'c>(
    cond: impl Into<Operand<'a>>,
    yes: impl Into<Operand<'b>>,
    no: impl Into<Operand<'c>>,
) -> Result<Array> {
    let (cond, yes, no) = (cond.into(), yes.into(), no.into());
    let dtype = common_dtype(&yes, &no);
    let shape = common_shape(&[&cond, &yes, &no])?;
    let inputs = [(&cond, DType::Bool), (&yes, dtype), (&no, dtype)];
    let inputs = inputs.into_iter().map(|(x, d)| stretched(x, d, &shape)).collect::<Result<_>>()?;
    Ok(build(ElementOp::Select, inputs, dtype))
}

/// An operand as an array on its own.
pub(crate) fn array(operand: Operand<'_>) -> Array {
    match operand {
        Operand::Array(array) => array.into_owned(),
        Operand::Scalar(scalar) => constant(scalar, scalar.dtype(), &[]),
    }
}

/// The dtype two operands meet in: a host scalar follows the array.
pub(crate) fn common_dtype(a: &Operand<'_>, b: &Operand<'_>) -> DType {
    match (a, b) {
        (Operand::Array(a), Operand::Array(b)) => result_type(a.dtype(), b.dtype()),
        (Operand::Array(a), Operand::Scalar(s)) | (Operand::Scalar(s), Operand::Array(a)) => {
            s.dtype_beside(a.dtype())
        }
        (Operand::Scalar(a), Operand::Scalar(b)) => result_type(a.dtype(), b.dtype()),
    }
}

/// The shape all operands broadcast to.
fn common_shape(operands: &[&Operand<'_>]) -> Result<Shape> {
    let mut common = Shape::new();
    for operand in operands {
        if let Operand::Array(array) = operand {
            array.check()?;
            if array.shape() != &*common {
                common = shape::broadcast(&common, array.shape())?;
            }
        }
    }
    shape::count(&common)?;
    Ok(common)
}

fn promoted(operands: &[&Operand<'_>], dtype: DType) -> Result<SmallVec<[Array; 2]>> {
    let shape = common_shape(operands)?;
    operands.iter().map(|x| stretched(x, dtype, &shape)).collect()
}

/// An operand in a dtype and broadcast to a shape; scalars become constants of that shape.
fn stretched(operand: &Operand<'_>, dtype: DType, shape: &[usize]) -> Result<Array> {
    match operand {
        Operand::Scalar(scalar) => Ok(constant(*scalar, dtype, shape)),
        Operand::Array(array) => crate::view::broadcast_to(&cast(array, dtype), shape),
    }
}
