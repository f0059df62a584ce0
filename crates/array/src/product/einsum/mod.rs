//! Einstein summation.
//!
//! [`parse`] reads the subscripts, [`path`] finds a cheap order of pairs, and here each pair becomes a matrix product:
//! labels that both keep are batch axes, labels that go are summed over.

mod parse;
mod path;

use super::matmul::{accumulated, multiplied};
use super::tensordot::ordered;
use crate::element::node::cast;
use crate::primitive::unsupported;
use crate::promote::result_type;
use crate::shape::Shape;
use crate::view::{diagonal, squeeze, to_shape, transpose};
use crate::{Array, DType};
use emberforge_base::Result;
use parse::{Label, Subscripts};
use std::collections::BTreeMap;

/// An operand and the labels of its axes.
#[derive(Clone, Debug)]
struct Labelled {
    array: Array,
    labels: Vec<Label>,
}

/// Products of the operands summed over the labels that the output does not name.
///
/// `"ij,jk->ik"` is a matrix product. Without `->` the output has the labels that occur once, in alphabetical order.
/// `...` stands for axes without labels, which broadcast. A label twice in one operand takes the diagonal. Several
/// operands are multiplied pair by pair in the order that needs the fewest multiplications.
///
/// ```
/// use emberforge_array::{Array, einsum};
///
/// let a = Array::from_slice(&[1.0f32, 2.0, 3.0, 4.0], &[2, 2])?;
/// assert_eq!(einsum("ij,jk->ik", &[&a, &a])?.to_vec::<f32>()?, [7.0, 10.0, 15.0, 22.0]);
/// assert_eq!(einsum("ii", &[&a])?.item::<f32>()?, 5.0);
/// assert!(einsum("ij,jk->iz", &[&a, &a]).is_err());
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// When the subscripts are malformed, do not fit the operands, name an output that no operand has, or give one label two
/// sizes; when integers would have to be summed over pairs (as [`matmul`](crate::matmul)).
pub fn einsum(subscripts: &str, operands: &[&Array]) -> Result<Array> {
    for operand in operands {
        operand.check()?;
    }
    let parsed = parse::parse(subscripts, operands)?;
    let dtype = operands.iter().map(|a| a.dtype()).reduce(result_type).unwrap_or(DType::F32);
    let working = accumulated(dtype);
    let Subscripts { inputs, output, sizes } = parsed;
    let mut list: Vec<Labelled> = Vec::new();
    for (array, labels) in operands.iter().zip(inputs) {
        let one = Labelled { array: cast(array, working), labels };
        list.push(stretched_away(diagonals(one)?, &sizes)?);
    }
    if let [only] = &list[..] {
        return finish(summed(only, &output)?, &output, working, dtype);
    }
    let labels: Vec<Vec<Label>> = list.iter().map(|o| o.labels.clone()).collect();
    for (i, j) in path::path(&labels, &output, &sizes) {
        let (second, first) = (list.remove(j), list.remove(i));
        let wanted: Vec<Label> = list.iter().flat_map(|o| &o.labels).chain(&output).copied().collect();
        let keeps = |other: &Labelled| [&wanted[..], &other.labels].concat();
        let (a, b) = (summed(&first, &keeps(&second))?, summed(&second, &keeps(&first))?);
        list.push(pair(&a, &b, &wanted, &sizes)?);
    }
    finish(list.remove(0), &output, working, dtype)
}

/// The pairs of operands that [`einsum`] multiplies, in order: positions in the list of operands, from which both are
/// taken while their product is added at the end.
///
/// ```
/// use emberforge_array::{DType, einsum_path, zeros};
///
/// let (a, b) = (zeros(&[100, 2], DType::F32)?, zeros(&[2, 100], DType::F32)?);
/// assert_eq!(einsum_path("ij,jk,kl->il", &[&a, &b, &a])?, [(1, 2), (0, 1)]);
/// # Ok::<(), emberforge_array::Error>(())
/// ```
///
/// # Errors
/// As [`einsum`].
pub fn einsum_path(subscripts: &str, operands: &[&Array]) -> Result<Vec<(usize, usize)>> {
    let parsed = parse::parse(subscripts, operands)?;
    Ok(path::path(&parsed.inputs, &parsed.output, &parsed.sizes))
}

/// Labels that occur twice become one axis, the diagonal.
fn diagonals(mut x: Labelled) -> Result<Labelled> {
    while let Some((i, j)) = (0..x.labels.len()).find_map(|j| {
        let i = x.labels[..j].iter().position(|l| *l == x.labels[j])?;
        Some((i, j))
    }) {
        let label = x.labels[j];
        x.labels.remove(j);
        x.labels.remove(i);
        x.labels.push(label);
        x.array = diagonal(&x.array, 0, i as i32, j as i32)?;
    }
    Ok(x)
}

/// Axes of size 1 whose label is longer elsewhere are dropped: they broadcast.
fn stretched_away(x: Labelled, sizes: &BTreeMap<Label, usize>) -> Result<Labelled> {
    let stretches = |(i, label): &(usize, &Label)| x.array.shape()[*i] == 1 && sizes[*label] != 1;
    let axes: Vec<i32> = x.labels.iter().enumerate().filter(stretches).map(|(i, _)| i as i32).collect();
    if axes.is_empty() {
        return Ok(x);
    }
    let keeps = |(i, _): &(usize, &Label)| !axes.contains(&(*i as i32));
    let labels = x.labels.iter().enumerate().filter(keeps).map(|(_, l)| *l).collect();
    Ok(Labelled { array: squeeze(&x.array, axes)?, labels })
}

/// Sums over the labels that nobody wants.
fn summed(x: &Labelled, wanted: &[Label]) -> Result<Labelled> {
    let axes: Vec<i32> =
        (0..x.labels.len()).filter(|i| !wanted.contains(&x.labels[*i])).map(|i| i as i32).collect();
    if axes.is_empty() {
        return Ok(x.clone());
    }
    let labels = x.labels.iter().filter(|l| wanted.contains(l)).copied().collect();
    Ok(Labelled { array: crate::sum(&x.array, axes, false)?, labels })
}

/// The product of two operands, summed over the labels that are not wanted any more.
fn pair(a: &Labelled, b: &Labelled, wanted: &[Label], sizes: &BTreeMap<Label, usize>) -> Result<Labelled> {
    let of = |x: &Labelled, test: &dyn Fn(&Label) -> bool| -> Vec<Label> {
        x.labels.iter().filter(|l| test(l)).copied().collect()
    };
    let batch = of(a, &|l| b.labels.contains(l) && wanted.contains(l));
    let gone = of(a, &|l| b.labels.contains(l) && !wanted.contains(l));
    let (left, right) = (of(a, &|l| !b.labels.contains(l)), of(b, &|l| !a.labels.contains(l)));
    let labels = [&batch[..], &left, &right].concat();
    let shape: Shape = labels.iter().map(|l| sizes[l]).collect();
    crate::shape::count(&shape)?;
    let axes = |x: &Labelled, labels: &[Label]| -> Vec<usize> {
        labels.iter().filter_map(|l| x.labels.iter().position(|m| m == l)).collect()
    };
    let group = |x: &Labelled, groups: [&[Label]; 3]| {
        let groups = groups.map(|g| axes(x, g));
        ordered(&x.array, &[&groups[0], &groups[1], &groups[2]])
    };
    let array = if gone.is_empty() {
        // Nothing is summed: an elementwise product.
        crate::multiply(group(a, [&batch, &left, &[]])?, group(b, [&batch, &[], &right])?)?
    } else if left.is_empty() && right.is_empty() {
        let product = crate::multiply(group(a, [&batch, &gone, &[]])?, group(b, [&batch, &gone, &[]])?)?;
        crate::sum(&product, 1, false)?
    } else {
        let dtype = result_type(a.array.dtype(), b.array.dtype());
        if !dtype.is_float() && dtype != DType::Complex64 {
            return Err(unsupported("einsum", dtype, "it sums products of floats and complex numbers"));
        }
        let (a, b) = (group(a, [&batch, &left, &gone])?, group(b, [&batch, &gone, &right])?);
        if batch.is_empty() { multiplied(&squeeze(&a, 0)?, &squeeze(&b, 0)?)? } else { multiplied(&a, &b)? }
    };
    Ok(Labelled { array: to_shape(&array, shape)?, labels })
}

/// The axes in the output's order, in the result's dtype.
fn finish(x: Labelled, output: &[Label], working: DType, dtype: DType) -> Result<Array> {
    let order: Vec<i32> =
        output.iter().filter_map(|l| x.labels.iter().position(|m| m == l)).map(|i| i as i32).collect();
    let y = transpose(&x.array, &order)?;
    Ok(if working == dtype { y } else { cast(&y, dtype) })
}
