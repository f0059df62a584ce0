//! The options of convolutions.

use emberforge_base::{Error, Result};

/// A number for every spatial axis (`2`), or one for each (`[2, 1]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PerAxis {
    /// The same on every axis.
    Every(usize),
    /// One per axis.
    Each(Vec<usize>),
}

impl From<usize> for PerAxis {
    fn from(n: usize) -> Self {
        PerAxis::Every(n)
    }
}

impl From<&[usize]> for PerAxis {
    fn from(list: &[usize]) -> Self {
        PerAxis::Each(list.to_vec())
    }
}

impl<const N: usize> From<[usize; N]> for PerAxis {
    fn from(list: [usize; N]) -> Self {
        PerAxis::Each(list.to_vec())
    }
}

impl PerAxis {
    /// One number per axis, each at least `least`.
    pub(super) fn resolve(&self, axes: usize, what: &str, least: usize) -> Result<Vec<usize>> {
        let list = match self {
            PerAxis::Every(n) => vec![*n; axes],
            PerAxis::Each(list) => list.clone(),
        };
        if list.len() != axes {
            return Err(Error::invalid(format!(
                "{} values of {what} were given for {axes} spatial axes; give one for all or one for each",
                list.len()
            )));
        }
        // No result is that large, and sums of a few such numbers do not overflow.
        if let Some(odd) = list.iter().find(|n| **n < least || **n > 1 << 40) {
            return Err(Error::invalid(format!("a {what} of {odd} is not possible; use {least} to 2^40")));
        }
        Ok(list)
    }
}

/// How [`conv_general`](crate::conv_general) moves the weights over the input.
///
/// ```
/// use emberforge_array::ConvOptions;
///
/// let causal = ConvOptions { padding: (3.into(), 0.into()), ..ConvOptions::default() };
/// assert_eq!(causal.groups, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvOptions {
    /// Distance of neighbouring windows.
    pub stride: PerAxis,
    /// Zeros before and after the input.
    pub padding: (PerAxis, PerAxis),
    /// Distance of neighbouring elements of a window.
    pub dilation: PerAxis,
    /// Distance of neighbouring elements of the input, between which zeros are put.
    pub input_dilation: PerAxis,
    /// Groups of channels that are convolved apart.
    pub groups: usize,
    /// Reverses the weights along the spatial axes: the convolution of mathematics.
    pub flip: bool,
}

impl Default for ConvOptions {
    fn default() -> Self {
        ConvOptions {
            stride: 1.into(),
            padding: (0.into(), 0.into()),
            dilation: 1.into(),
            input_dilation: 1.into(),
            groups: 1,
            flip: false,
        }
    }
}
