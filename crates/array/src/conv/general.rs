//! Convolutions with every option, and their transposes.

use super::options::{ConvOptions, PerAxis};
use super::windows::windows;
use crate::Array;
use crate::element::node::{cast, constant};
use crate::index::{Cut, sliced, updated};
use crate::join::flip;
use crate::primitive::unsupported;
use crate::product::{accumulated, multiplied};
use crate::promote::result_type;
use crate::region::Update;
use crate::scalar::Scalar;
use crate::shape::{self, Shape};
use crate::view::{moveaxis, swapaxes, to_shape};
use emberforge_base::{Error, Result};
use smallvec::smallvec;

/// Windows of at most this many elements are summed slice by slice where channels are convolved apart.
const MOST_SLICES: usize = 32;

/// Options as numbers per axis. Padding may be negative: then the input is cut.
struct Plan {
    stride: Vec<usize>,
    padding: Vec<(i64, i64)>,
    dilation: Vec<usize>,
    input_dilation: Vec<usize>,
    groups: usize,
    flip: bool,
}

/// Checks that shapes have the layout of a convolution with these groups.
fn check(x: &Array, w: &Array, groups: usize) -> Result<()> {
    x.check()?;
    w.check()?;
    let shapes = || format!("input {} and weights {}", shape::text(x.shape()), shape::text(w.shape()));
    let dtype = result_type(x.dtype(), w.dtype());
    if !dtype.is_float() {
        return Err(unsupported("conv", dtype, "it takes floats; convert with `astype`"));
    }
    if x.ndim() < 3 || w.ndim() != x.ndim() {
        return Err(Error::invalid(format!(
            "{} cannot be convolved; the input is (batch, spatial axes, channels) and the weights are (channels out, \
             spatial axes, channels in per group)",
            shapes()
        )));
    }
    let (channels, each, out) = (x.shape()[x.ndim() - 1], w.shape()[w.ndim() - 1], w.shape()[0]);
    if groups == 0 || channels != each.saturating_mul(groups) || !out.is_multiple_of(groups) {
        return Err(Error::invalid(format!(
            "{} cannot be convolved in {groups} groups; {channels} channels come in, {each} of each group are weighed, and \
             {out} go out: the groups times {each} must be {channels}, and divide {out}",
            shapes()
        )));
    }
    Ok(())
}

/// The input with zeros between and around its elements.
fn padded(x: &Array, plan: &Plan) -> Result<Array> {
    let axes = plan.stride.len();
    let whole = |n: &usize| Cut { start: 0, step: 1, len: *n };
    let mut shape = Shape::from_slice(x.shape());
    let mut cuts: Vec<Cut> = x.shape().iter().map(whole).collect();
    for a in 0..axes {
        let (n, step) = (x.shape()[a + 1], plan.input_dilation[a]);
        let (before, after) = plan.padding[a];
        let spread = if n == 0 { 0 } else { (n - 1).saturating_mul(step).saturating_add(1) };
        shape[a + 1] = spread.saturating_add(before.max(0) as usize).saturating_add(after.max(0) as usize);
        cuts[a + 1] = Cut { start: before.max(0) as usize, step: step as i64, len: n };
        if n < 2 {
            cuts[a + 1].step = 1;
        }
    }
    shape::count(&shape)?;
    let zeros = constant(Scalar::Int(0), x.dtype(), &shape);
    let y = updated(&zeros, x, &cuts, Update::Set);
    let mut kept: Vec<Cut> = shape.iter().map(whole).collect();
    for a in 0..axes {
        let (before, after) = plan.padding[a];
        let (before, after) = (before.min(0).unsigned_abs() as usize, after.min(0).unsigned_abs() as usize);
        let len = shape[a + 1].saturating_sub(before).saturating_sub(after);
        kept[a + 1] = Cut { start: if len == 0 { 0 } else { before }, step: 1, len };
    }
    Ok(sliced(&y, &kept))
}

fn convolve(x: &Array, w: &Array, plan: &Plan) -> Result<Array> {
    let axes = x.ndim() - 2;
    let dtype = result_type(x.dtype(), w.dtype());
    let working = accumulated(dtype);
    let spatial: Vec<i32> = (1..=axes as i32).collect();
    let weights = cast(w, working);
    let weights = if plan.flip { flip(&weights, spatial)? } else { weights };
    let x = padded(&cast(x, working), plan)?;
    let (out, taps) = (w.shape()[0], &w.shape()[1..=axes]);
    let mut places = Vec::new();
    for (a, taps) in taps.iter().enumerate() {
        let size = x.shape()[a + 1];
        let reach = taps.saturating_sub(1).saturating_mul(plan.dilation[a]).saturating_add(1);
        if *taps == 0 || reach > size {
            return Err(Error::invalid(format!(
                "a window of {} elements, {} apart, does not fit the padded input of {size} along spatial axis {a}; use \
                 smaller weights or more padding",
                taps, plan.dilation[a]
            )));
        }
        places.push((size - reach) / plan.stride[a] + 1);
    }
    let (batch, channels) = (x.shape()[0], x.shape()[axes + 1]);
    let mut shape = Shape::from_slice(&[batch]);
    shape.extend_from_slice(&places);
    shape.push(out);
    shape::count(&shape)?;
    let (rows, count): (usize, usize) = (batch * places.iter().product::<usize>(), taps.iter().product());
    let (groups, each) = (plan.groups, channels / plan.groups.max(1));
    let y = if groups > 1 && each == 1 && out == groups && count <= MOST_SLICES {
        by_slices(&x, &weights, &places, plan)?
    } else {
        let windows = windows(&x, &places, taps, &plan.stride, &plan.dilation);
        shape::count(&[rows, count, channels])?;
        if groups == 1 {
            let windows = to_shape(&windows, smallvec![rows, count * channels])?;
            let weights = to_shape(&weights, smallvec![out, count * channels])?;
            multiplied(&windows, &swapaxes(&weights, 0, 1)?)?
        } else {
            let windows = moveaxis(&to_shape(&windows, smallvec![rows, count, groups, each])?, 2, 0)?;
            let windows = to_shape(&windows, smallvec![groups, rows, count * each])?;
            let weights = to_shape(&weights, smallvec![groups, out / groups, count * each])?;
            moveaxis(&multiplied(&windows, &swapaxes(&weights, 1, 2)?)?, 0, 1)?
        }
    };
    Ok(cast(&to_shape(&y, shape)?, dtype))
}

/// Each channel by itself: the sum over the window's elements of a shifted slice times a weight.
fn by_slices(x: &Array, weights: &Array, places: &[usize], plan: &Plan) -> Result<Array> {
    let axes = places.len();
    let (taps, channels) = (&weights.shape()[1..=axes], weights.shape()[0]);
    let flat = to_shape(weights, smallvec![channels, taps.iter().product()])?;
    let mut sum: Option<Array> = None;
    for tap in 0..taps.iter().product() {
        let mut cuts: Vec<Cut> = x.shape().iter().map(|n| Cut { start: 0, step: 1, len: *n }).collect();
        let mut rest = tap;
        for a in (0..axes).rev() {
            let start = rest % taps[a] * plan.dilation[a];
            rest /= taps[a];
            let step = if places[a] < 2 { 1 } else { plan.stride[a] as i64 };
            cuts[a + 1] = Cut { start, step, len: places[a] };
        }
        let column = [Cut { start: 0, step: 1, len: channels }, Cut { start: tap, step: 1, len: 1 }];
        let weight = to_shape(&sliced(&flat, &column), smallvec![channels])?;
        let term = crate::multiply(sliced(x, &cuts), &weight)?;
        sum = Some(match sum {
            Some(sum) => crate::add(&sum, &term)?,
            None => term,
        });
    }
    sum.ok_or_else(|| Error::internal("a window of no elements"))
}

/// Convolution of `x` (batch, spatial axes, channels) with `w` (channels out, spatial axes, channels in per group), for
/// any number of spatial axes. As in neural networks it is a cross-correlation unless `flip` is set. Halves are summed
/// in f32 and rounded once.
///
/// ```
/// use emberforge_array::{Array, ConvOptions, conv_general};
///
/// let x = Array::from_slice(&[1.0f32, 2.0, 3.0], &[1, 3, 1])?;
/// let w = Array::from_slice(&[1.0f32, 10.0], &[1, 2, 1])?;
/// let causal = ConvOptions { padding: (1.into(), 0.into()), flip: true, ..ConvOptions::default() };
/// assert_eq!(conv_general(&x, &w, &causal)?.to_vec::<f32>()?, [1.0, 12.0, 23.0]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the shapes or the groups do not fit, a window is larger than the padded input, an option has not one value per
/// axis or is 0 where that has no meaning, or the dtype is not a float.
pub fn conv_general(x: &Array, w: &Array, options: &ConvOptions) -> Result<Array> {
    check(x, w, options.groups)?;
    let axes = x.ndim() - 2;
    let before = options.padding.0.resolve(axes, "padding", 0)?;
    let after = options.padding.1.resolve(axes, "padding", 0)?;
    let plan = Plan {
        stride: options.stride.resolve(axes, "stride", 1)?,
        padding: before.into_iter().zip(after).map(|(b, a)| (b as i64, a as i64)).collect(),
        dilation: options.dilation.resolve(axes, "dilation", 1)?,
        input_dilation: options.input_dilation.resolve(axes, "input dilation", 1)?,
        groups: options.groups,
        flip: options.flip,
    };
    convolve(x, w, &plan)
}

/// The transpose of a convolution: the map that its gradient applies, with weights in the layout of a convolution.
fn transposed(
    x: &Array,
    w: &Array,
    axes: usize,
    [stride, padding, dilation, output_padding]: [PerAxis; 4],
    groups: usize,
) -> Result<Array> {
    super::plain::check_axes(x, axes)?;
    check(x, w, groups)?;
    let (stride, dilation) = (stride.resolve(axes, "stride", 1)?, dilation.resolve(axes, "dilation", 1)?);
    let (padding, more) =
        (padding.resolve(axes, "padding", 0)?, output_padding.resolve(axes, "output padding", 0)?);
    let around = |a: usize| {
        let reach = w.shape()[a + 1].saturating_sub(1).saturating_mul(dilation[a]).min(1 << 50) as i64;
        let edge = reach - padding[a] as i64;
        (edge, edge + more[a] as i64)
    };
    let plan = Plan {
        padding: (0..axes).map(around).collect(),
        stride: vec![1; axes],
        dilation: dilation.clone(),
        input_dilation: stride,
        groups,
        flip: true,
    };
    convolve(x, w, &plan)
}

macro_rules! transposes {
    ($($(#[$doc:meta])* $name:ident = $axes:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// `x` is (batch, spatial axes, channels), `w` (channels out, spatial axes, channels in per group). `padding` is
        /// cut from the result, `output_padding` added at its end.
        ///
        /// # Errors
        /// As [`conv_general`].
        pub fn $name(
            x: &Array,
            w: &Array,
            stride: impl Into<PerAxis>,
            padding: impl Into<PerAxis>,
            dilation: impl Into<PerAxis>,
            output_padding: impl Into<PerAxis>,
            groups: usize,
        ) -> Result<Array> {
            transposed(x, w, $axes, [stride.into(), padding.into(), dilation.into(), output_padding.into()], groups)
        }
    )*};
}

transposes! {
    /// Transposed convolution over one axis.
    ///
    /// ```
    /// use emberforge_array::{Array, conv_transpose1d};
    ///
    /// let x = Array::from_slice(&[1.0f32, 2.0], &[1, 2, 1])?;
    /// let w = Array::from_slice(&[1.0f32, 10.0], &[1, 2, 1])?;
    /// assert_eq!(conv_transpose1d(&x, &w, 2, 0, 1, 0, 1)?.to_vec::<f32>()?, [1.0, 10.0, 2.0, 20.0]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    conv_transpose1d = 1;
    /// Transposed convolution over two axes.
    ///
    /// ```
    /// use emberforge_array::{DType, conv_transpose2d, ones};
    ///
    /// let (x, w) = (ones(&[1, 4, 4, 3], DType::F32)?, ones(&[2, 3, 3, 3], DType::F32)?);
    /// assert_eq!(conv_transpose2d(&x, &w, 2, 1, 1, 1, 1)?.shape(), [1, 8, 8, 2]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    conv_transpose2d = 2;
    /// Transposed convolution over three axes.
    ///
    /// ```
    /// use emberforge_array::{DType, conv_transpose3d, ones};
    ///
    /// let (x, w) = (ones(&[1, 2, 2, 2, 3], DType::F32)?, ones(&[2, 2, 2, 2, 3], DType::F32)?);
    /// assert_eq!(conv_transpose3d(&x, &w, 2, 0, 1, 0, 1)?.shape(), [1, 4, 4, 4, 2]);
    /// # Ok::<(), emberforge_array::Error>(())
    /// ```
    conv_transpose3d = 3;
}
