//! The subscripts of an Einstein summation.

use crate::Array;
use emberforge_base::{Error, Result};
use std::collections::BTreeMap;

/// A letter, or an axis that `...` stands for (counted from the last). Ellipsis axes come first, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    Ellipsis(std::cmp::Reverse<usize>),
    Letter(char),
}

/// Subscripts that fit their operands.
#[derive(Debug)]
pub(super) struct Subscripts {
    pub(super) inputs: Vec<Vec<Label>>,
    pub(super) output: Vec<Label>,
    pub(super) sizes: BTreeMap<Label, usize>,
}

fn wrong(subscripts: &str, why: impl std::fmt::Display) -> Error {
    Error::invalid(format!("subscripts \"{subscripts}\": {why}"))
}

/// # Errors
/// See [`super::einsum`].
pub(super) fn parse(subscripts: &str, operands: &[&Array]) -> Result<Subscripts> {
    let text: String = subscripts.chars().filter(|c| !c.is_whitespace()).collect();
    let (left, right) = match text.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (&text[..], None),
    };
    let terms: Vec<&str> = left.split(',').collect();
    if operands.is_empty() || terms.len() != operands.len() {
        return Err(wrong(
            subscripts,
            format_args!(
                "{} groups of labels for {} operands; separate one group per operand by commas",
                terms.len(),
                operands.len()
            ),
        ));
    }
    let mut sizes: BTreeMap<Label, usize> = BTreeMap::new();
    let mut inputs = Vec::new();
    for (term, operand) in terms.iter().zip(operands) {
        let labels = labels(subscripts, term, Some(operand.ndim()))?;
        for (i, (label, &size)) in labels.iter().zip(operand.shape()).enumerate() {
            let twin = labels[..i].iter().position(|l| l == label).map_or(size, |j| operand.shape()[j]);
            let known = sizes.entry(*label).or_insert(size);
            if *known == 1 && size == twin {
                *known = size;
            } else if size != 1 && size != *known || size != twin {
                return Err(wrong(
                    subscripts,
                    format_args!(
                        "{} has sizes {} and {size}; a label has one size",
                        name(*label),
                        if size == twin { *known } else { twin }
                    ),
                ));
            }
        }
        inputs.push(labels);
    }
    let output = match right {
        Some(right) => explicit(subscripts, right, &sizes)?,
        None => {
            let once = |label: &&Label| {
                matches!(label, Label::Ellipsis(_))
                    || inputs.iter().flatten().filter(|l| l == label).count() == 1
            };
            sizes.keys().filter(once).copied().collect()
        }
    };
    Ok(Subscripts { inputs, output, sizes })
}

/// The labels of one group; an ellipsis fills up to `ndim` axes.
fn labels(subscripts: &str, term: &str, ndim: Option<usize>) -> Result<Vec<Label>> {
    let letters = term.replacen("...", "", 1);
    if let Some(odd) = letters.chars().find(|c| !c.is_ascii_alphabetic()) {
        return Err(wrong(
            subscripts,
            format_args!(
                "'{odd}' is no label; labels are letters, `...` may stand once per group, and `->` once"
            ),
        ));
    }
    let named = letters.chars().count();
    let axes = ndim.unwrap_or(named);
    let filled = axes.saturating_sub(named);
    let ellipsis = term.find("...");
    if named > axes || ellipsis.is_none() && filled > 0 {
        return Err(wrong(
            subscripts,
            format_args!(
                "\"{term}\" names {named} axes of an operand with {axes}; name every axis or use `...`"
            ),
        ));
    }
    let before = ellipsis.unwrap_or(named);
    let letter = |c: char| Label::Letter(c);
    let (head, tail) = (letters.chars().take(before), letters.chars().skip(before));
    let filling = (0..filled).rev().map(|i| Label::Ellipsis(std::cmp::Reverse(i)));
    Ok(head.map(letter).chain(filling).chain(tail.map(letter)).collect())
}

/// The labels after `->`.
fn explicit(subscripts: &str, right: &str, sizes: &BTreeMap<Label, usize>) -> Result<Vec<Label>> {
    let filled = sizes.keys().filter(|l| matches!(l, Label::Ellipsis(_))).count();
    let named = right.replacen("...", "", 1).chars().count();
    let ndim = if right.contains("...") { named + filled } else { named };
    let output = labels(subscripts, right, Some(ndim))?;
    if filled > 0 && !right.contains("...") {
        return Err(wrong(
            subscripts,
            "the output lacks the `...` of the operands; add it or sum those axes first",
        ));
    }
    for (i, label) in output.iter().enumerate() {
        if !sizes.contains_key(label) {
            return Err(wrong(subscripts, format_args!("{} of the output is in no operand", name(*label))));
        }
        if output[..i].contains(label) {
            return Err(wrong(
                subscripts,
                format_args!("{} is twice in the output; name each label once", name(*label)),
            ));
        }
    }
    Ok(output)
}

fn name(label: Label) -> String {
    match label {
        Label::Letter(c) => format!("label '{c}'"),
        Label::Ellipsis(std::cmp::Reverse(i)) => format!("axis {} of `...`", -1 - i as i64),
    }
}

/// The shape an output has.
#[cfg(test)]
fn output_shape(s: &Subscripts) -> crate::shape::Shape {
    s.output.iter().map(|l| s.sizes[l]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DType, zeros};

    fn parsed(subscripts: &str, shapes: &[&[usize]]) -> Result<Subscripts> {
        let arrays: Vec<Array> = shapes.iter().map(|s| zeros(s, DType::F32)).collect::<Result<_>>()?;
        parse(subscripts, &arrays.iter().collect::<Vec<_>>())
    }

    #[test]
    fn an_implicit_output_has_the_labels_that_occur_once_in_order() {
        let shape = |s, shapes: &[&[usize]]| output_shape(&parsed(s, shapes).expect("fits")).to_vec();
        assert_eq!(shape("cb , ba", &[&[3, 2], &[2, 5]]), [5, 3]);
        assert_eq!(shape("...j,...j", &[&[7, 2, 3], &[2, 3]]), [7, 2]);
        assert_eq!(shape("ii", &[&[4, 4]]), [0usize; 0]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let message = |s, shapes: &[&[usize]]| parsed(s, shapes).expect_err("wrong").to_string();
        assert!(message("ij,jk", &[&[2, 3]]).contains("2 groups of labels for 1 operands"));
        assert!(message("i1", &[&[2, 3]]).contains("'1' is no label"));
        assert!(message("ij->i->j", &[&[2, 3]]).contains("'-' is no label"));
        assert!(message("i", &[&[2, 3]]).contains("names 1 axes of an operand with 2"));
        assert!(message("ij,jk", &[&[2, 3], &[4, 5]]).contains("label 'j' has sizes 3 and 4"));
        assert!(message("ii", &[&[1, 4]]).contains("label 'i' has sizes 1 and 4"));
        assert!(message("ij->ik", &[&[2, 3]]).contains("label 'k' of the output is in no operand"));
        assert!(message("ij->ii", &[&[2, 3]]).contains("label 'i' is twice"));
        assert!(message("...i->i", &[&[2, 3]]).contains("lacks the `...`"));
        assert!(message("i......", &[&[2, 3]]).contains("'.' is no label"));
    }
}
