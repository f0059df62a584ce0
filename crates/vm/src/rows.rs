//! Functions of a whole row of `f32` values, computed while the row is in the cache: softmax and normalisation.
//!
//! Sums run in lanes side by side and in `f64` across blocks, in an order that depends on the row's length alone.

use crate::simd::multiversion;
use emberforge_ir::math;

/// Values added side by side.
const LANES: usize = 16;
/// Values added in f32 before their sum joins the total.
const BLOCK: usize = 64 * LANES;

/// The lanes' combination of `lift(x)` over a row.
#[inline(always)]
fn fold(row: &[f32], start: f32, lift: impl Fn(f32) -> f32, combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = combine(*lane, lift(*x));
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane = combine(*lane, lift(*x));
    }
    lanes.into_iter().fold(start, combine)
}

#[inline(always)]
fn sum(row: &[f32], lift: impl Fn(f32) -> f32 + Copy) -> f64 {
    row.chunks(BLOCK).map(|block| f64::from(fold(block, 0.0, lift, |a, b| a + b))).sum()
}

/// The largest value that is not NaN.
#[inline(always)]
fn highest(row: &[f32]) -> f32 {
    fold(row, f32::NEG_INFINITY, |x| x, |a, b| if b > a { b } else { a })
}

/// Multiplies by the weight and adds the bias, where there are any.
#[inline(always)]
fn finish(row: &mut [f32], weight: Option<&[f32]>, bias: Option<&[f32]>) {
    if let Some(weight) = weight {
        row.iter_mut().zip(weight).for_each(|(y, w)| *y *= w);
    }
    if let Some(bias) = bias {
        row.iter_mut().zip(bias).for_each(|(y, b)| *y += b);
    }
}

multiversion! {
    /// `exp(x - max) / sum(exp(x - max))` of each value of a row.
    pub fn softmax(from: &[f32], to: &mut [f32]) {
        let high = highest(from);
        to.iter_mut().zip(from).for_each(|(y, x)| *y = math::exp(x - high));
        let inverse = (1.0 / sum(to, |x| x)) as f32;
        to.iter_mut().for_each(|y| *y *= inverse);
    }

    /// `log(sum(exp(x)))` of a row, into the only value of `to`.
    pub fn log_sum_exp(from: &[f32], to: &mut [f32]) {
        let high = highest(from);
        // An infinite maximum is met as it is: nothing is subtracted.
        let high = if high.is_finite() { high } else { 0.0 };
        let total = sum(from, |x| math::exp(x - high));
        to[0] = (total.ln() + f64::from(high)) as f32;
    }

    /// `(x - mean) / sqrt(variance + eps) * weight + bias` of each value of a row; weight and bias are as long as it.
    pub fn layer_norm(from: &[f32], to: &mut [f32], weight: Option<&[f32]>, bias: Option<&[f32]>, eps: f32) {
        let count = from.len() as f64;
        let mean = (sum(from, |x| x) / count) as f32;
        let variance = sum(from, |x| (x - mean) * (x - mean)) / count;
        let inverse = (1.0 / (variance + f64::from(eps)).sqrt()) as f32;
        to.iter_mut().zip(from).for_each(|(y, x)| *y = (x - mean) * inverse);
        finish(to, weight, bias);
    }

    /// `x / sqrt(mean(x^2) + eps) * weight` of each value of a row; the weight is as long as it.
    pub fn rms_norm(from: &[f32], to: &mut [f32], weight: Option<&[f32]>, eps: f32) {
        let square = sum(from, |x| x * x) / from.len() as f64;
        let inverse = (1.0 / (square + f64::from(eps)).sqrt()) as f32;
        to.iter_mut().zip(from).for_each(|(y, x)| *y = x * inverse);
        finish(to, weight, None);
    }
}
