//! The plan of a transform: how a length splits, and the roots of unity on the way.

use super::real::Real;
use std::sync::OnceLock;

/// A complex number, real part first.
pub(crate) type Complex<T> = [T; 2];

/// Rows of the first pass: it costs as much per element as it has rows, and every power of two times 4 to 7 is reached.
pub(super) const MOST_ROWS: usize = 7;

/// Splits the ring of polynomials modulo `z^M - i` into rings modulo `z^lanes - root`.
///
/// A node of the tree holds residues modulo `z^m - s` with `s = e^(2 pi i a)`; split by `r`, child `j` holds residues
/// modulo `z^(m/r) - e^(2 pi i (a + j) / r)`, and each of its coefficients is the sum of `r` coefficients of the node
/// that lie `m/r` apart, times powers of that child's root. Nothing is reordered, and no weights are applied.
#[derive(Debug)]
pub(crate) struct Plan<T> {
    /// Vectors of a transform; `lanes` times as many complex elements.
    pub(crate) vectors: usize,
    pub(crate) lanes: usize,
    /// Factor of the first pass, which reads real input (and of the last, which writes real output).
    pub(super) rows: usize,
    /// Power `q` of the root of row `j` at `j * rows + q`.
    pub(super) matrix: Vec<Complex<T>>,
    pub(super) levels: Vec<Level<T>>,
    /// The root of each leaf, and its angle in turns.
    pub(super) leaves: Vec<Complex<T>>,
    angles: Vec<f64>,
    points: OnceLock<Box<Points<T>>>,
}

/// Elements of a leaf where channels lie side by side: multiplying pairs costs less, and rounds less often, than another
/// level.
pub(super) const PAIR: usize = 2;

/// A plan continued to leaves of [`PAIR`] elements, for channels side by side in the lanes: its vectors hold one element
/// of each.
#[derive(Debug)]
pub(crate) struct Points<T> {
    pub(super) plan: Plan<T>,
    /// Elements of the leaves that the last levels split.
    pub(super) leaf: usize,
    pub(super) last: usize,
}

/// One pass over all nodes of a size.
#[derive(Clone, Debug)]
pub(super) struct Level<T> {
    /// 2 or 4.
    pub(super) radix: usize,
    /// First to third power of the root of child 0 of each node.
    pub(super) roots: Vec<[Complex<T>; 3]>,
}

/// `e^(2 pi i turns)`.
fn unit<T: Real>(turns: f64) -> Complex<T> {
    let (sin, cos) = (std::f64::consts::TAU * turns).sin_cos();
    [T::of(cos), T::of(sin)]
}

/// The angles, in turns, of the children of nodes with these angles.
fn children(angles: &[f64], radix: usize) -> Vec<f64> {
    angles.iter().flat_map(|a| (0..radix).map(move |j| (a + j as f64) / radix as f64)).collect()
}

/// Levels that split nodes of these angles into `2^doublings` each; the angles become those of what they split into.
fn levels<T: Real>(angles: &mut Vec<f64>, doublings: u32) -> Vec<Level<T>> {
    let radices =
        std::iter::repeat_n(2, doublings as usize % 2).chain(std::iter::repeat_n(4, doublings as usize / 2));
    let level = |radix: usize| {
        let roots = angles.iter().map(|a| a / radix as f64).map(|t| [unit(t), unit(2.0 * t), unit(3.0 * t)]);
        let level = Level { radix, roots: roots.collect() };
        *angles = children(angles, radix);
        level
    };
    radices.map(level).collect()
}

impl<T: Real> Plan<T> {
    /// The fastest plan for rows of `length` elements; the transform may be up to a quarter longer.
    pub(crate) fn new(length: usize, lanes: usize) -> Plan<T> {
        let needed = length.div_ceil(lanes).max(1);
        let size = |rows: usize| {
            let doublings = needed.div_ceil(rows).next_power_of_two().trailing_zeros();
            (rows << doublings, rows, doublings)
        };
        // Few rows only where nothing else follows: a first pass over one row would do no work.
        let possible = (1..=MOST_ROWS).map(size).filter(|&(_, rows, doublings)| rows >= 4 || doublings == 0);
        let (vectors, rows, doublings) = possible.min().unwrap_or_else(|| size(4));
        let root = 0.25;
        let mut matrix = Vec::new();
        let mut angles = children(&[root], rows);
        for angle in &angles {
            matrix.extend((0..rows).map(|q| unit::<T>(angle * q as f64)));
        }
        let levels = levels(&mut angles, doublings);
        let leaves = angles.iter().copied().map(unit).collect();
        Plan { vectors, lanes, rows, matrix, levels, leaves, angles, points: OnceLock::new() }
    }

    /// The same splitting down to pairs, made at the first use; there must be several lanes.
    pub(super) fn points(&self) -> &Points<T> {
        self.points.get_or_init(|| {
            let mut angles = self.angles.clone();
            let last = levels(&mut angles, (self.lanes / PAIR).trailing_zeros());
            let count = last.len();
            let plan = Plan {
                vectors: self.vectors * self.lanes,
                lanes: 1,
                rows: self.rows,
                matrix: self.matrix.clone(),
                levels: self.levels.iter().cloned().chain(last).collect(),
                leaves: angles.iter().copied().map(unit).collect(),
                angles,
                points: OnceLock::new(),
            };
            Box::new(Points { plan, leaf: self.lanes, last: count })
        })
    }

    /// Real and imaginary elements of one spectrum.
    pub(crate) fn spectrum_len(&self) -> usize {
        2 * self.vectors * self.lanes
    }
}
