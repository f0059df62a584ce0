//! The set of lanes that execute: a range, or a mask within one.

/// Lanes of a block that are active. The mask, where there is one, is indexed by lane and valid within `lo..hi`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Active {
    pub(crate) lo: u32,
    pub(crate) hi: u32,
    pub(crate) mask: Option<Box<[u8]>>,
}

impl Active {
    pub(crate) const EMPTY: Active = Active { lo: 0, hi: 0, mask: None };

    /// All lanes of `lo..hi`.
    pub(crate) fn range(lo: u32, hi: u32) -> Self {
        if lo < hi { Active { lo, hi, mask: None } } else { Active::EMPTY }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lo >= self.hi
    }

    /// The hull as indices.
    pub(crate) fn hull(&self) -> std::ops::Range<usize> {
        self.lo as usize..self.hi as usize
    }

    pub(crate) fn contains(&self, lane: u32) -> bool {
        self.lo <= lane && lane < self.hi && self.mask.as_ref().is_none_or(|m| m[lane as usize] != 0)
    }

    /// A set from a mask: shrinks to its hull, and to a plain range where that is full.
    pub(crate) fn from_mask(lo: u32, hi: u32, mask: Box<[u8]>) -> Self {
        let within = &mask[lo as usize..hi as usize];
        let mut runs = Set { bytes: within, at: 0 };
        let Some(first) = runs.next() else { return Active::EMPTY };
        let mut last = within.len() - 1;
        while within[last] == 0 {
            last -= 1;
        }
        let full = !within[first..=last].contains(&0);
        let (lo, hi) = (lo + first as u32, lo + last as u32 + 1);
        Active { lo, hi, mask: (!full).then_some(mask) }
    }

    /// The lanes of `self` for which `keep` holds on the truth bytes `bits` (indexed by lane).
    pub(crate) fn filter(&self, bits: &[u8], keep: bool) -> Active {
        let mut mask = vec![0u8; bits.len()].into_boxed_slice();
        let flip = u8::from(!keep);
        let hull = self.hull();
        match &self.mask {
            None => {
                for (m, b) in mask[hull.clone()].iter_mut().zip(&bits[hull]) {
                    *m = b ^ flip;
                }
            }
            Some(own) => {
                for ((m, b), o) in mask[hull.clone()].iter_mut().zip(&bits[hull.clone()]).zip(&own[hull]) {
                    *m = (b ^ flip) & o;
                }
            }
        }
        Active::from_mask(self.lo, self.hi, mask)
    }

    /// The lanes of `self` in `lo..hi`.
    pub(crate) fn within(&self, lo: u32, hi: u32) -> Active {
        let (lo, hi) = (self.lo.max(lo), self.hi.min(hi));
        if lo >= hi {
            return Active::EMPTY;
        }
        match &self.mask {
            None => Active::range(lo, hi),
            Some(mask) => Active::from_mask(lo, hi, mask.clone()),
        }
    }

    /// The lanes of either; `lanes` is the block's capacity.
    pub(crate) fn union(self, other: Active, lanes: usize) -> Active {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        if self.mask.is_none()
            && other.mask.is_none()
            && self.hi.max(other.hi) - self.lo.min(other.lo) <= (self.hi - self.lo) + (other.hi - other.lo)
        {
            return Active::range(self.lo.min(other.lo), self.hi.max(other.hi));
        }
        let mut mask = vec![0u8; lanes].into_boxed_slice();
        for set in [&self, &other] {
            let hull = set.hull();
            match &set.mask {
                None => mask[hull].fill(1),
                Some(own) => {
                    for (m, o) in mask[hull.clone()].iter_mut().zip(&own[hull]) {
                        *m |= o;
                    }
                }
            }
        }
        Active::from_mask(self.lo.min(other.lo), self.hi.max(other.hi), mask)
    }

    /// The active lanes in ascending order.
    pub(crate) fn lanes(&self) -> impl Iterator<Item = usize> + '_ {
        let start = self.lo as usize;
        let (plain, masked) = match &self.mask {
            None => (self.hull(), None),
            Some(mask) => (0..0, Some(Set { bytes: &mask[self.hull()], at: 0 })),
        };
        plain.chain(masked.into_iter().flatten().map(move |l| l + start))
    }
}

/// Indices of set truth bytes; runs of zeros are skipped eight at a time.
struct Set<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Set<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            if let Some(&[a, b, c, d, e, f, g, h]) = rest.first_chunk::<8>() {
                let word = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
                if word == 0 {
                    self.at += 8;
                    continue;
                }
                let index = self.at + word.trailing_zeros() as usize / 8;
                self.at = index + 1;
                return Some(index);
            }
            let skip = rest.iter().position(|&b| b != 0)?;
            self.at += skip + 1;
            return Some(self.at - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_split_and_rejoin() {
        let all = Active::range(2, 10);
        let bits: Vec<u8> = (0..16).map(|l| u8::from(l % 3 == 0)).collect();
        let (yes, no) = (all.filter(&bits, true), all.filter(&bits, false));
        assert_eq!(yes.lanes().collect::<Vec<_>>(), [3, 6, 9]);
        assert_eq!(no.lanes().collect::<Vec<_>>(), [2, 4, 5, 7, 8]);
        let back = yes.union(no, 16);
        assert!(back.mask.is_none());
        assert_eq!((back.lo, back.hi), (2, 10));
        assert!(all.within(10, 12).is_empty());
    }
}
