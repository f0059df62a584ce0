//! Arrays as text, in numpy's manner: nested brackets, aligned columns, the middle of long axes left out.

use super::{HostArray, Number};
use emberforge_base::DType;
use std::fmt;

/// How much of an array to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintOptions {
    /// Arrays with more elements than this are abbreviated.
    pub threshold: usize,
    /// Elements kept at each end of an abbreviated axis.
    pub edge: usize,
}

impl Default for PrintOptions {
    fn default() -> Self {
        PrintOptions { threshold: 1000, edge: 3 }
    }
}

impl HostArray {
    /// The array as numpy prints it, except that numbers are written with the fewest digits that read back as the
    /// same value of the array's dtype.
    pub fn display(&self, options: PrintOptions) -> String {
        if self.ndim() == 0 {
            return literal(self.dtype(), self.get(0));
        }
        if self.is_empty() {
            return "[]".to_string();
        }
        let edge = if self.len() > options.threshold { Some(options.edge.max(1)) } else { None };
        let mut width = 0;
        visit(self, 0, 0, edge, &mut |index| {
            width = width.max(literal(self.dtype(), self.get(index)).chars().count());
        });
        let mut out = String::new();
        write_axis(self, &mut out, 0, 0, edge, width);
        out
    }
}

impl fmt::Display for HostArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display(PrintOptions::default()))
    }
}

/// The positions of an axis that are printed; `None` stands for the dots.
fn positions(extent: usize, edge: Option<usize>) -> Vec<Option<usize>> {
    match edge {
        Some(edge) if extent > 2 * edge => {
            (0..edge).map(Some).chain([None]).chain((extent - edge..extent).map(Some)).collect()
        }
        _ => (0..extent).map(Some).collect(),
    }
}

fn visit(array: &HostArray, axis: usize, base: usize, edge: Option<usize>, f: &mut impl FnMut(usize)) {
    let extent = array.shape()[axis];
    for position in positions(extent, edge).into_iter().flatten() {
        let index = base * extent + position;
        if axis + 1 == array.ndim() { f(index) } else { visit(array, axis + 1, index, edge, f) }
    }
}

fn write_axis(
    array: &HostArray,
    out: &mut String,
    axis: usize,
    base: usize,
    edge: Option<usize>,
    width: usize,
) {
    let extent = array.shape()[axis];
    let last = axis + 1 == array.ndim();
    out.push('[');
    for (n, position) in positions(extent, edge).into_iter().enumerate() {
        if n > 0 {
            if last {
                out.push(' ');
            } else {
                // One empty line per further dimension below the rows, as numpy does.
                out.push_str(&"\n".repeat(array.ndim() - axis - 1));
                out.push_str(&" ".repeat(axis + 1));
            }
        }
        match position {
            None => out.push_str("..."),
            Some(p) if last => {
                let text = literal(array.dtype(), array.get(base * extent + p));
                out.push_str(&" ".repeat(width.saturating_sub(text.chars().count())));
                out.push_str(&text);
            }
            Some(p) => write_axis(array, out, axis + 1, base * extent + p, edge, width),
        }
    }
    out.push(']');
}

/// One element with the fewest digits that read back as the same value of `dtype`.
pub(crate) fn literal(dtype: DType, number: Number) -> String {
    match number {
        Number::Bool(b) => b.to_string(),
        Number::Int(i) => i.to_string(),
        Number::Float(f) => float(dtype, f),
        Number::Complex(re, im) => {
            let im = float(DType::F32, im);
            let sign = if im.starts_with('-') { "" } else { "+" };
            format!("{}{sign}{im}j", float(DType::F32, re))
        }
    }
}

fn float(dtype: DType, value: f64) -> String {
    if value.is_nan() {
        return "nan".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_string();
    }
    // Rust prints the shortest text that reads back; for the half types it is searched for.
    let digits = |precision: usize| format!("{value:.precision$e}");
    let shortest = match dtype {
        DType::F16 => {
            (0..8).map(digits).find(|t| half::f16::from_f64(t.parse().unwrap_or(f64::NAN)).to_f64() == value)
        }
        DType::BF16 => {
            (0..8).map(digits).find(|t| half::bf16::from_f64(t.parse().unwrap_or(f64::NAN)).to_f64() == value)
        }
        DType::F64 => Some(format!("{value:e}")),
        _ => Some(format!("{:e}", value as f32)),
    };
    plain(&shortest.unwrap_or_else(|| format!("{value:e}")))
}

/// Scientific notation turned into plain notation where that is not longer than people like.
fn plain(scientific: &str) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.to_string() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-5..16).contains(&exponent) {
        return scientific.to_string();
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let point = exponent as usize + 1;
    if digits.len() <= point {
        format!("{sign}{digits}{}", "0".repeat(point - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..point], &digits[point..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use half::f16;

    #[test]
    fn numbers_take_the_fewest_digits() {
        let x = HostArray::vector(&[0.1f32, -0.0, 1e-30, 16777216.0, f32::NAN, f32::NEG_INFINITY]);
        let texts: Vec<_> = (0..x.len()).map(|i| literal(x.dtype(), x.get(i))).collect();
        assert_eq!(texts, ["0.1", "-0", "1e-30", "16777216", "nan", "-inf"]);
        assert_eq!(literal(DType::F16, Number::Float(f16::from_f32(0.1).to_f64())), "0.1");
        assert_eq!(literal(DType::Complex64, Number::Complex(1.0, -0.5)), "1-0.5j");
    }

    #[test]
    fn long_axes_are_abbreviated() {
        let x = HostArray::zeros(DType::U8, &[2000]).unwrap();
        assert_eq!(x.to_string(), "[0 0 0 ... 0 0 0]");
        let x = HostArray::zeros(DType::U8, &[2, 1, 2]).unwrap();
        assert_eq!(x.to_string(), "[[[0 0]]\n\n [[0 0]]]");
    }
}
