//! What is known of an array's dtype, and how MLX promotes.
//!
//! The promotion table is data made by running MLX over all pairs (`tables/promotion-0.32.tsv`).
//! A Python scalar is weak in MLX: it never makes a half array wider, which is why scalars are
//! no dtype here at all; they only turn integers into float32.

use std::sync::OnceLock;

use super::value::V;

/// The element types of MLX (and the ones of NumPy and torch that share the name).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Dt {
    Bool,
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F16,
    BF16,
    F32,
    F64,
    C64,
}

const NAMES: [(&str, Dt); 14] = [
    ("bool_", Dt::Bool),
    ("uint8", Dt::U8),
    ("uint16", Dt::U16),
    ("uint32", Dt::U32),
    ("uint64", Dt::U64),
    ("int8", Dt::I8),
    ("int16", Dt::I16),
    ("int32", Dt::I32),
    ("int64", Dt::I64),
    ("float16", Dt::F16),
    ("bfloat16", Dt::BF16),
    ("float32", Dt::F32),
    ("float64", Dt::F64),
    ("complex64", Dt::C64),
];

impl Dt {
    /// The dtype of an attribute such as `float16` of `mx`, `np` or `torch`.
    pub fn from_name(name: &str) -> Option<Dt> {
        let name = match name {
            "bool" => "bool_",
            "half" => "float16",
            "float" | "single" => "float32",
            "double" => "float64",
            "long" => "int64",
            "int" => "int32",
            other => other,
        };
        NAMES.iter().find(|(n, _)| *n == name).map(|(_, d)| *d)
    }

    /// Its MLX name.
    pub fn name(self) -> &'static str {
        NAMES[self as usize].0
    }

    /// Whether it is float16 or bfloat16.
    pub fn is_half(self) -> bool {
        matches!(self, Dt::F16 | Dt::BF16)
    }

    /// Whether it is a real floating type.
    pub fn is_float(self) -> bool {
        matches!(self, Dt::F16 | Dt::BF16 | Dt::F32 | Dt::F64)
    }

    /// Whether it is an integer (bool included).
    pub fn is_int(self) -> bool {
        self < Dt::F16
    }

    /// Whether it is an unsigned integer.
    pub fn is_unsigned(self) -> bool {
        matches!(self, Dt::U8 | Dt::U16 | Dt::U32 | Dt::U64)
    }
}

/// What is known of the dtype of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DtypeFact {
    /// Exactly this.
    Exact(Dt),
    /// Whatever this other value has (usually a parameter).
    SameAs(V),
    /// A floating type.
    AnyFloat,
    /// An integer type.
    AnyInt,
    /// Nothing.
    Unknown,
}

impl DtypeFact {
    /// The exact dtype, if known.
    pub fn exact(self) -> Option<Dt> {
        match self {
            DtypeFact::Exact(d) => Some(d),
            _ => None,
        }
    }

    /// Known to be half.
    pub fn is_half(self) -> bool {
        self.exact().is_some_and(Dt::is_half)
    }

    /// Known to be an integer or bool.
    pub fn is_int(self) -> bool {
        self == DtypeFact::AnyInt || self.exact().is_some_and(Dt::is_int)
    }

    /// The fact that holds whichever of the two holds.
    pub fn join(self, other: DtypeFact) -> DtypeFact {
        use DtypeFact::{AnyFloat, AnyInt, Exact, Unknown};
        let float = |f: DtypeFact| matches!(f, AnyFloat) || f.exact().is_some_and(Dt::is_float);
        match (self, other) {
            (a, b) if a == b => a,
            (a, b) if float(a) && float(b) => AnyFloat,
            (Exact(_) | AnyInt, Exact(_) | AnyInt) if self.is_int() && other.is_int() => AnyInt,
            _ => Unknown,
        }
    }

    /// The dtype of an operation on two arrays.
    pub fn promote(self, other: DtypeFact) -> DtypeFact {
        use DtypeFact::{AnyFloat, AnyInt, Exact, SameAs, Unknown};
        match (self, other) {
            (Exact(a), Exact(b)) => Exact(promote(a, b)),
            (a, b) if a == b => a,
            // An integer never widens a float; bool widens nothing.
            (SameAs(_), Exact(Dt::Bool)) => self,
            (Exact(Dt::Bool), SameAs(_)) => other,
            (AnyFloat, b) if b.is_int() => AnyFloat,
            (a, AnyFloat) if a.is_int() => AnyFloat,
            (Exact(a), b) if a.is_float() && b.is_int() => self,
            (a, Exact(b)) if b.is_float() && a.is_int() => other,
            (AnyInt, b) | (b, AnyInt) if b.is_int() => AnyInt,
            _ => Unknown,
        }
    }

    /// The dtype of a sum or product: integers become at least 32 bits wide.
    pub fn total(self) -> DtypeFact {
        match self {
            DtypeFact::Exact(Dt::Bool | Dt::I8 | Dt::I16) => DtypeFact::Exact(Dt::I32),
            DtypeFact::Exact(Dt::U8 | Dt::U16) => DtypeFact::Exact(Dt::U32),
            f => f,
        }
    }

    /// The dtype after an operation that makes integers float32.
    pub fn floating(self) -> DtypeFact {
        match self {
            f if f.is_int() => DtypeFact::Exact(Dt::F32),
            f => f,
        }
    }
}

/// MLX's promotion of two arrays.
pub fn promote(a: Dt, b: Dt) -> Dt {
    static TABLE: OnceLock<Vec<Dt>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        include_str!("../../tables/promotion-0.32.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
            .flat_map(|l| l.split('\t'))
            .map(|n| NAMES[n.parse::<usize>().unwrap_or(11).min(13)].1)
            .collect()
    });
    table.get(a as usize * 14 + b as usize).copied().unwrap_or(Dt::F32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_halves_of_different_kind_make_float32() {
        assert_eq!(promote(Dt::F16, Dt::BF16), Dt::F32);
        assert_eq!(promote(Dt::F16, Dt::I32), Dt::F16);
    }

    #[test]
    fn facts_promote_only_as_far_as_known() {
        let x = DtypeFact::SameAs(V(7));
        assert_eq!(x.promote(x), x);
        assert_eq!(x.promote(DtypeFact::Exact(Dt::F32)), DtypeFact::Unknown);
        assert_eq!(DtypeFact::Exact(Dt::U32).floating(), DtypeFact::Exact(Dt::F32));
    }
}
