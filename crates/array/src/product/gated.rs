//! The first half of a gated network: two products with arranged matrices, GELU of one times the other.

use super::packed::{Elements, More, PackedMatrix, multiplied_panels};
use crate::element::node::cast;
use crate::join::{PadMode, pad, stack};
use crate::primitive::{Gradients, Primitive, Values, Vjp};
use crate::promote::result_type;
use crate::shape::{self, Shape};
use crate::value::Value;
use crate::view::{swapaxes, to_shape};
use crate::{Array, DType, Spec, gelu, s, split};
use emberforge_base::{Error, Result};
use emberforge_device::packed::{Blocks, GATED_PANEL};
use smallvec::smallvec;

/// A matrix, or several side by side, whose product's first half gates the second: `gelu(g[..n]) * g[n..]`, g = x W.
///
/// In f32 and bf16 the GELU is evaluated while the sums are in registers, to the accuracy of [`gelu`]; the wide g is never
/// stored. Otherwise it is [`PackedMatrix`], [`split`] and [`gelu`].
///
/// ```
/// use emberforge_array::{Array, GatedMatrix};
///
/// let w = Array::from_slice(&[1.0f32, 0.0, 0.0, 5.0], &[2, 2])?;
/// let x = Array::from_slice(&[1.0f32, 2.0], &[1, 2])?;
/// let y = GatedMatrix::new(&w)?.multiply(&x)?.item::<f32>()?;
/// assert!((y - 0.8413447 * 10.0).abs() < 1e-5);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct GatedMatrix {
    arranged: Arranged,
    /// Rows and columns of the whole.
    taken: usize,
    given: usize,
}

#[derive(Clone, Debug)]
enum Arranged {
    /// Of W' `[blocks, inner, 2 * columns]`, in which [`GATED_PANEL`] columns of gates and of what they gate take turns.
    Together { w: PackedMatrix, gates: Gates },
    /// W, for what has no panels, and for halves that share a block of several.
    Apart(PackedMatrix),
}

/// How a gated product's operands lie.
#[derive(Clone, Copy, Debug)]
struct Gates {
    /// Blocks of the result.
    result: Blocks,
    /// What is gated reads the part of x that is this much further than the gates' part.
    distance: usize,
}

impl GatedMatrix {
    /// Takes `w` `[inner, 2 n]`, or `[blocks, inner, columns]` of a block-diagonal matrix.
    ///
    /// # Errors
    /// When `w` has another number of axes, an odd number of columns in all, or is an integer or `bool`.
    pub fn new(w: &Array) -> Result<GatedMatrix> {
        let (blocks, inner, columns) = match *w.check()?.shape() {
            [inner, columns] => (1, inner, columns),
            [blocks, inner, columns] => (blocks, inner, columns),
            _ => (0, 0, 0),
        };
        let wide = blocks * columns;
        if wide % 2 != 0 {
            return Err(Error::invalid(format!(
                "a gated matrix has two halves; the one of shape {} has {wide} columns",
                shape::text(w.shape())
            )));
        }
        let half = if blocks == 1 { (1, columns / 2, 0) } else { (blocks / 2, columns, blocks / 2) };
        let halves_share_a_block = blocks > 1 && blocks % 2 != 0;
        let arranged = if wide == 0 || halves_share_a_block || w.dtype().size() > 4 {
            // Also refuses what no matrix can be made of.
            Arranged::Apart(PackedMatrix::new(w)?)
        } else {
            let result = Blocks { blocks: half.0, inner, columns: half.1 };
            let gates = Gates { result, distance: half.2 };
            let w = to_shape(w, smallvec![blocks, inner, columns])?;
            Arranged::Together { w: PackedMatrix::new(&gates.together(&w)?)?, gates }
        };
        Ok(GatedMatrix { arranged, taken: blocks * inner, given: wide / 2 })
    }

    /// `x` `[.., blocks * inner]` to `[.., n]`.
    ///
    /// # Errors
    /// When the last axis has another length.
    pub fn multiply(&self, x: &Array) -> Result<Array> {
        let (w, gates) = match &self.arranged {
            Arranged::Apart(w) => return apart(w, x),
            Arranged::Together { w, gates } => (w, *gates),
        };
        let dtype = result_type(x.check()?.dtype(), w.dtype);
        let (Some((panels, working)), true) =
            (w.elements.panels(dtype), x.shape().last() == Some(&self.taken))
        else {
            return apart(&gates.apart(w)?, x);
        };
        let mut shape = Shape::from_slice(x.shape());
        let rows = shape[..shape.len() - 1].iter().product();
        let x = to_shape(&cast(x, working), smallvec![rows, self.taken])?;
        let spec = Spec { dtype: working, shape: smallvec![rows, self.given] };
        let node =
            Array::build(Product { w: w.blocks, gates }, [x, panels.clone()].into_iter().collect(), spec);
        if let Some(last) = shape.last_mut() {
            *last = self.given;
        }
        Ok(cast(&to_shape(&node, shape)?, dtype))
    }
}

/// The definition.
fn apart(w: &PackedMatrix, x: &Array) -> Result<Array> {
    let g = w.multiply(x, None)?;
    let halves = split(&g, 2, -1)?;
    (gelu(&halves[0])? * &halves[1]).check().cloned()
}

impl Gates {
    /// W `[blocks, inner, columns]` to W'.
    fn together(&self, w: &Array) -> Result<Array> {
        let Blocks { blocks, inner, columns } = self.result;
        let halves = if self.distance == 0 { split(w, 2, 2)? } else { split(w, 2, 0)? };
        let more = columns.next_multiple_of(GATED_PANEL) - columns;
        let panels = (columns + more) / GATED_PANEL;
        let panels_of = |half: &Array| {
            let half = match more {
                0 => half.clone(),
                _ => pad(half, [(0, 0), (0, 0), (0, more)], PadMode::Constant(0.into()))?,
            };
            to_shape(&half, smallvec![blocks, inner, panels, GATED_PANEL])
        };
        let [gates, values] = [panels_of(&halves[0])?, panels_of(&halves[1])?];
        to_shape(&stack(&[&gates, &values], 3)?, smallvec![blocks, inner, panels * 2 * GATED_PANEL])
    }

    /// The inverse.
    fn apart(&self, w: &PackedMatrix) -> Result<PackedMatrix> {
        let Blocks { blocks, inner, columns } = self.result;
        let together = cast(&w.elements.unpacked(w.blocks)?, w.dtype);
        let panels = columns.div_ceil(GATED_PANEL);
        let w = to_shape(&together, smallvec![blocks, inner, panels, 2, GATED_PANEL])?;
        // The two halves first: then they are blocks of their own, or columns side by side.
        let w = to_shape(&crate::moveaxis(&w, 3, 0)?, smallvec![2, blocks, inner, panels * GATED_PANEL])?
            .slice(s![.., .., .., ..columns as i64])?;
        PackedMatrix::new(&match self.distance {
            0 => to_shape(
                &swapaxes(&to_shape(&w, smallvec![2, inner, columns])?, 0, 1)?,
                smallvec![inner, 2 * columns],
            )?,
            _ => to_shape(&w, smallvec![2 * blocks, inner, columns])?,
        })
    }
}

/// `gelu(x A) * (x B)` of panels that hold A and B.
#[derive(Debug)]
struct Product {
    /// Of the panels.
    w: Blocks,
    gates: Gates,
}

impl Primitive for Product {
    fn name(&self) -> &'static str {
        "gated_product"
    }

    fn run(&self, inputs: &[Value], outputs: &[Spec]) -> Result<Values> {
        let more = More { bias: None, addend: None, gate: Some(self.gates.distance) };
        Ok(smallvec![multiplied_panels(self.gates.result, [&inputs[0], &inputs[1]], more, &outputs[0])?])
    }

    fn vjp(&self, call: &Vjp<'_>) -> Result<Gradients> {
        // The definition's: the wide product is computed again.
        let definition = |inputs: &[Array]| -> Result<Vec<Array>> {
            let (panels, dtype) = (inputs[1].clone(), inputs[1].dtype());
            let elements =
                if dtype == DType::BF16 { Elements::Pairs(panels) } else { Elements::Panels(panels) };
            let w = PackedMatrix { elements, blocks: self.w, dtype };
            Ok(vec![apart(&self.gates.apart(&w)?, &inputs[0])?])
        };
        let (_, gradients) = crate::vjp(definition, call.inputs, call.cotangents)?;
        Ok(gradients.into_iter().zip(call.wanted).map(|(g, wanted)| wanted.then_some(g)).collect())
    }
}
