//! Products with a right operand that is arranged once, as the weights of a model are.

use super::matmul::{accumulated, multiplied};
use crate::element::node::cast;
use crate::join::{PadMode, pad};
use crate::primitive::{Gradients, Primitive, Rule, Values, Vjp, unsupported};
use crate::promote::result_type;
use crate::region;
use crate::shape::{self, Shape};
use crate::value::Value;
use crate::view::{contiguous, moveaxis, swapaxes, to_shape, transpose};
use crate::{Array, DType, Profile, Spec, s};
use emberforge_base::{Error, Result};
use emberforge_device::BufferMut;
use emberforge_device::packed::{self, Blocks, Element as _, Extras, PANEL};
use emberforge_device::product::{Matrix, MatrixMut};
use half::bf16;
use smallvec::smallvec;

/// A matrix, or several side by side, to multiply by from the right again and again.
///
/// Products read it in an order of their own, into which it is brought once, at the first evaluation. Elements of f16 are
/// kept as f32, in which products of them are summed, and those of bf16 where the CPU has no products of bf16; f64 and complex64 are multiplied as by `matmul`. An f32
/// product's element is one chain of multiply-adds in the order of the inner axis: a row's bits depend on no other row.
///
/// ```
/// use emberforge_array::{Array, PackedMatrix};
///
/// let w = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// let packed = PackedMatrix::new(&w)?;
/// let x = Array::from_slice(&[1.0f32, 10.0], &[1, 2])?;
/// assert_eq!(packed.multiply(&x, None)?.to_vec::<f32>()?, [31.0, 42.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PackedMatrix {
    pub(super) elements: Elements,
    pub(super) blocks: Blocks,
    pub(super) dtype: DType,
}

#[derive(Clone, Debug)]
pub(super) enum Elements {
    /// `[blocks, panels, inner, PANEL]`, f32.
    Panels(Array),
    /// `[blocks, panels, pairs of inner, PANEL, 2]`, bf16.
    Pairs(Array),
    /// `[blocks, inner, columns]` of a dtype whose products read no panels.
    Plain(Array),
}

impl PackedMatrix {
    /// Takes `w` `[inner, columns]`, or `[blocks, inner, columns]` of a block-diagonal matrix.
    ///
    /// # Errors
    /// When `w` has another number of axes, or is an integer or `bool`.
    pub fn new(w: &Array) -> Result<PackedMatrix> {
        w.check()?;
        let (blocks, inner, columns) = match *w.shape() {
            [inner, columns] => (1, inner, columns),
            [blocks, inner, columns] => (blocks, inner, columns),
            _ => {
                return Err(Error::invalid(format!(
                    "a packed matrix is made of 2 axes, or of 3 for blocks; this array has shape {}",
                    shape::text(w.shape())
                )));
            }
        };
        if !w.dtype().is_float() && w.dtype() != DType::Complex64 {
            return Err(unsupported("PackedMatrix", w.dtype(), "it takes floats and complex numbers"));
        }
        let (dtype, shape) = (w.dtype(), Blocks { blocks, inner, columns });
        let w = to_shape(w, smallvec![blocks, inner, columns])?;
        let elements = match dtype {
            DType::F64 | DType::Complex64 => Elements::Plain(contiguous(&w)?),
            DType::BF16 if bf16::there() => Elements::Pairs(pack_pairs(&w, shape)?),
            _ => Elements::Panels(pack(&cast(&w, DType::F32), shape)?),
        };
        Ok(PackedMatrix { elements, blocks: shape, dtype })
    }

    /// `x` `[.., blocks * inner]` times the matrix, `[.., blocks * columns]`, plus `bias` `[blocks * columns]` in each row.
    /// Block b takes the b-th part of the last axis to the b-th part of the result's.
    ///
    /// # Errors
    /// When the last axis or `bias` has another length.
    pub fn multiply(&self, x: &Array, bias: Option<&Array>) -> Result<Array> {
        self.multiply_add(x, bias, None)
    }

    /// [`multiply`](PackedMatrix::multiply), plus `addend` of the result's shape: a residual that is added to the sums
    /// before they are stored.
    ///
    /// # Errors
    /// When the last axis or `bias` has another length, or `addend` another shape.
    pub fn multiply_add(&self, x: &Array, bias: Option<&Array>, addend: Option<&Array>) -> Result<Array> {
        x.check()?;
        let Blocks { blocks, inner, columns } = self.blocks;
        let (taken, given) = (blocks * inner, blocks * columns);
        if x.shape().last() != Some(&taken) {
            return Err(Error::invalid(format!(
                "a packed matrix of {taken} rows meets an array of shape {}; its last axis must have {taken}",
                shape::text(x.shape())
            )));
        }
        if let Some(bias) = bias
            && (bias.shape() != [given])
        {
            return Err(Error::invalid(format!(
                "the bias of a product with {given} columns has shape {}; it must be ({given},)",
                shape::text(bias.shape())
            )));
        }
        let mut shape = Shape::from_slice(x.shape());
        let rows = shape[..shape.len() - 1].iter().product();
        if let Some(last) = shape.last_mut() {
            *last = given;
        }
        if let Some(addend) = addend
            && addend.check()?.shape() != &shape[..]
        {
            return Err(Error::invalid(format!(
                "an array of shape {} is to be added to a product of shape {}; they must be equal",
                shape::text(addend.shape()),
                shape::text(&shape)
            )));
        }
        let others = bias.into_iter().chain(addend).map(Array::dtype);
        let dtype = others.fold(result_type(x.dtype(), self.dtype), result_type);
        let working = accumulated(dtype);
        let flat = |x: &Array, dtype, columns| to_shape(&cast(x, dtype), smallvec![rows, columns]);
        let bias = bias.map(|b| cast(b, working));
        let y = match self.elements.panels(dtype) {
            Some((panels, dtype)) => {
                let addend = addend.map(|a| contiguous(&flat(a, dtype, given)?)).transpose()?;
                let primitive = Product { shape: self.blocks, bias: bias.is_some() };
                let inputs = [flat(x, dtype, taken)?, panels.clone()];
                let inputs = inputs.into_iter().chain(bias).chain(addend).collect();
                Array::build(primitive, inputs, Spec { dtype, shape: smallvec![rows, given] })
            }
            None => {
                let x = flat(x, working, taken)?;
                let w = self.elements.unpacked(self.blocks)?;
                let y = rows_of(&multiplied(&blocks_of(&x, blocks, inner)?, &cast(&w, working))?)?;
                let y = match &bias {
                    Some(bias) => crate::add(y, bias)?,
                    None => y,
                };
                match addend {
                    Some(addend) => crate::add(y, flat(addend, working, given)?)?,
                    None => y,
                }
            }
        };
        Ok(cast(&to_shape(&y, shape)?, dtype))
    }
}

impl Elements {
    /// What products of a dtype read, and the dtype that they give; `None` where they read no panels.
    pub(super) fn panels(&self, dtype: DType) -> Option<(&Array, DType)> {
        match self {
            Elements::Panels(panels) if accumulated(dtype) == DType::F32 => Some((panels, DType::F32)),
            // Products of bf16 round otherwise than f32's, which the other profiles keep to.
            Elements::Pairs(pairs) if dtype == DType::BF16 && Profile::current() == Profile::Fast => {
                Some((pairs, dtype))
            }
            _ => None,
        }
    }

    /// `[blocks, inner, columns]`.
    pub(super) fn unpacked(&self, shape: Blocks) -> Result<Array> {
        match self {
            Elements::Panels(panels) => unpack(panels, shape),
            Elements::Pairs(pairs) => unpack_pairs(pairs, shape),
            Elements::Plain(w) => Ok(w.clone()),
        }
    }
}

type Arrange = fn(&Array, Blocks) -> Result<Array>;

/// `[blocks, inner, columns]` in panels.
fn pack(w: &Array, Blocks { blocks, inner, columns }: Blocks) -> Result<Array> {
    let panels = columns.div_ceil(PANEL);
    let more = panels * PANEL - columns;
    let w =
        if more == 0 { w.clone() } else { pad(w, [(0, 0), (0, 0), (0, more)], PadMode::Constant(0.into()))? };
    contiguous(&swapaxes(&to_shape(&w, smallvec![blocks, inner, panels, PANEL])?, 1, 2)?)
}

/// The inverse of [`pack`].
fn unpack(panels: &Array, Blocks { blocks, inner, columns }: Blocks) -> Result<Array> {
    let wide = columns.next_multiple_of(PANEL);
    to_shape(&swapaxes(panels, 1, 2)?, smallvec![blocks, inner, wide])?.slice(s![.., .., ..columns as i64])
}

/// `[blocks, inner, columns]` of bf16 in panels of pairs.
fn pack_pairs(w: &Array, Blocks { blocks, inner, columns }: Blocks) -> Result<Array> {
    let (pairs, panels) = (inner.div_ceil(2), columns.div_ceil(PANEL));
    let more = [(0, 0), (0, 2 * pairs - inner), (0, panels * PANEL - columns)];
    let w = if more == [(0, 0); 3] { w.clone() } else { pad(w, more, PadMode::Constant(0.into()))? };
    let parts = to_shape(&w, smallvec![blocks, pairs, 2, panels, PANEL])?;
    contiguous(&transpose(&parts, &[0, 3, 1, 4, 2])?)
}

/// The inverse of [`pack_pairs`].
fn unpack_pairs(pairs: &Array, Blocks { blocks, inner, columns }: Blocks) -> Result<Array> {
    let (tall, wide) = (inner.next_multiple_of(2), columns.next_multiple_of(PANEL));
    let w = to_shape(&transpose(pairs, &[0, 2, 4, 1, 3])?, smallvec![blocks, tall, wide])?;
    w.slice(s![.., ..inner as i64, ..columns as i64])
}

/// `[rows, blocks * n]` to `[blocks, rows, n]`.
fn blocks_of(x: &Array, blocks: usize, n: usize) -> Result<Array> {
    moveaxis(&to_shape(x, smallvec![x.shape()[0], blocks, n])?, 1, 0)
}

/// `[blocks, rows, n]` to `[rows, blocks * n]`.
fn rows_of(x: &Array) -> Result<Array> {
    let [blocks, rows, n] = [x.shape()[0], x.shape()[1], x.shape()[2]];
    to_shape(&moveaxis(x, 0, 1)?, smallvec![rows, blocks * n])
}

/// `[rows, blocks * inner]` times panels, plus an input in each row if there is a bias, plus a last input of the result's
/// shape if there is one.
#[derive(Debug)]
struct Product {
    shape: Blocks,
    bias: bool,
}

impl Primitive for Product {
    fn name(&self) -> &'static str {
        "packed_product"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let (bias, addend) = inputs[2..].split_at(usize::from(self.bias));
        let more = More { bias: bias.first(), addend: addend.first(), gate: None };
        Ok(smallvec![multiplied_panels(self.shape, [&inputs[0], &inputs[1]], more, &outputs[0])?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        let Blocks { blocks, inner, columns } = self.shape;
        let dtype = call.inputs[0].dtype();
        let (pack, unpack): (Arrange, Arrange) =
            if dtype == DType::BF16 { (pack_pairs, unpack_pairs) } else { (pack, unpack) };
        // Sums of gradients are f32, too.
        let wide = |x: &Array| cast(x, DType::F32);
        let (bias, addend): (Rule<'_>, Rule<'_>) = (&|g| crate::sum(&wide(g), 0, false), &|g| Ok(g.clone()));
        let others = if self.bias { [bias, addend] } else { [addend, addend] };
        let rules: [Rule<'_>; 4] = [
            &|g| {
                let w = unpack(&call.inputs[1], self.shape)?;
                let w = swapaxes(&wide(&w), 1, 2)?;
                Ok(cast(&rows_of(&multiplied(&blocks_of(&wide(g), blocks, columns)?, &w)?)?, dtype))
            },
            &|g| {
                let x = swapaxes(&blocks_of(&wide(&call.inputs[0]), blocks, inner)?, 1, 2)?;
                let w = cast(&multiplied(&x, &blocks_of(&wide(g), blocks, columns)?)?, dtype);
                pack(&w, self.shape)
            },
            others[0],
            others[1],
        ];
        call.each(&rules[..call.inputs.len()])
    }
}

/// What a product of values takes beside its operands; see [`Extras`].
pub(super) struct More<'a> {
    pub(super) bias: Option<&'a Value>,
    pub(super) addend: Option<&'a Value>,
    pub(super) gate: Option<usize>,
}

/// The product on the CPU, of `x` and panels; these and an addend have the result's dtype, a bias is f32.
pub(super) fn multiplied_panels(
    shape: Blocks,
    operands: [&Value; 2],
    more: More<'_>,
    spec: &Spec,
) -> Result<Value> {
    match spec.dtype {
        DType::BF16 => multiplied_in::<bf16>(shape, operands, more, spec),
        _ => multiplied_in::<f32>(shape, operands, more, spec),
    }
}

fn multiplied_in<T: packed::Element>(
    shape: Blocks,
    [x, panels]: [&Value; 2],
    more: More<'_>,
    spec: &Spec,
) -> Result<Value> {
    let (rows, width) = (spec.shape[0], spec.shape[1]);
    // What was gated is multiplied next.
    let row_stride = if more.gate.is_some() { packed::row_stride::<T>(width) } else { width };
    let mut buffer = BufferMut::new(rows * row_stride * spec.dtype.size())?;
    let (panels, bias) = (panels.to_dense()?, more.bias.map(Value::to_dense).transpose()?);
    let misaligned = || Error::internal("a packed matrix or bias is misaligned");
    let out = MatrixMut { data: region::elements_mut(buffer.bytes_mut())?, offset: 0, row_stride };
    let bias = bias.as_ref().map(|b| b.dense_slice::<f32>().ok_or_else(misaligned)).transpose()?;
    let panels = panels.dense_slice::<T>().ok_or_else(misaligned)?;
    let extras = Extras { bias, addend: more.addend.map(matrix).transpose()?, gate: more.gate };
    packed::product(rows, shape, matrix(x)?, panels, extras, out)?;
    let strides = smallvec![row_stride as i64, 1];
    Ok(Value { strides, ..Value::dense(buffer, spec.dtype, &spec.shape) })
}

/// A value of two axes, by its strides.
fn matrix<T: packed::Element>(x: &Value) -> Result<Matrix<'_, T>> {
    Ok(Matrix {
        data: region::elements::<T>(x)?,
        offset: x.offset,
        row_stride: x.strides[0] as isize,
        column_stride: x.strides[1] as isize,
    })
}
