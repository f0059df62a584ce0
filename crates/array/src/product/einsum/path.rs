//! In which order the operands of an Einstein summation are multiplied.

use super::parse::Label;
use std::collections::BTreeMap;

/// Up to this many operands every order is tried.
const EXHAUSTIVE: usize = 6;

/// Pairs `(i, j)`, `i < j`: both operands are taken from the list and their product is added at its end.
///
/// The cost of a pair is the number of its multiplications: the product of the sizes of all its labels.
pub(super) fn path(
    operands: &[Vec<Label>],
    output: &[Label],
    sizes: &BTreeMap<Label, usize>,
) -> Vec<(usize, usize)> {
    let search = Search { output, sizes };
    if operands.len() <= EXHAUSTIVE {
        let mut best = (f64::INFINITY, Vec::new());
        search.all(operands, 0.0, &mut Vec::new(), &mut best);
        return best.1;
    }
    let mut list = operands.to_vec();
    let mut pairs = Vec::new();
    while list.len() > 1 {
        let mut best = ((0, 1), f64::INFINITY, f64::INFINITY);
        for j in 1..list.len() {
            for i in 0..j {
                let (product, cost) = search.product(&list, i, j);
                let size = search.count(&product);
                if (cost, size) < (best.1, best.2) {
                    best = ((i, j), cost, size);
                }
            }
        }
        let (i, j) = best.0;
        list = search.without(&list, i, j);
        pairs.push((i, j));
    }
    pairs
}

struct Search<'a> {
    output: &'a [Label],
    sizes: &'a BTreeMap<Label, usize>,
}

impl Search<'_> {
    /// Tries every order from here on.
    fn all(
        &self,
        list: &[Vec<Label>],
        spent: f64,
        taken: &mut Vec<(usize, usize)>,
        best: &mut (f64, Vec<(usize, usize)>),
    ) {
        if list.len() < 2 {
            if spent < best.0 {
                *best = (spent, taken.clone());
            }
            return;
        }
        for j in 1..list.len() {
            for i in 0..j {
                let spent = spent + self.product(list, i, j).1;
                // Sizes whose product overflows leave every order equal; one must still be taken.
                if spent >= best.0 && !best.1.is_empty() {
                    continue;
                }
                taken.push((i, j));
                self.all(&self.without(list, i, j), spent, taken, best);
                taken.pop();
            }
        }
    }

    /// The list after the pair was multiplied.
    fn without(&self, list: &[Vec<Label>], i: usize, j: usize) -> Vec<Vec<Label>> {
        let product = self.product(list, i, j).0;
        let others = list.iter().enumerate().filter(|(k, _)| *k != i && *k != j).map(|(_, l)| l.clone());
        others.chain([product]).collect()
    }

    /// The labels of a pair's product, and its cost.
    fn product(&self, list: &[Vec<Label>], i: usize, j: usize) -> (Vec<Label>, f64) {
        let mut all = list[i].clone();
        all.extend(list[j].iter().filter(|l| !list[i].contains(l)));
        let cost = self.count(&all);
        let wanted = |label: &Label| {
            self.output.contains(label)
                || list.iter().enumerate().any(|(k, l)| k != i && k != j && l.contains(label))
        };
        all.retain(wanted);
        (all, cost)
    }

    fn count(&self, labels: &[Label]) -> f64 {
        labels.iter().map(|l| self.sizes[l] as f64).product()
    }
}
