//! The reasoning behind a value, and a value in words.

use super::{DtypeFact, Engine, Kind, Lib, Sure, V};
use crate::finding::WhyStep;

impl Engine<'_> {
    /// The reasoning behind a value, nearest step first.
    pub fn why(&self, v: V) -> Vec<WhyStep> {
        let mut steps = Vec::new();
        let mut at = v;
        for _ in 0..6 {
            let value = self.value(at);
            if at.0 < 3 || value.range.is_empty() {
                break;
            }
            let what = self.describe(at);
            let from = self.names.text(value.op);
            steps.push(WhyStep {
                range: value.range,
                text: if from.is_empty() { what } else { format!("{what}, from {from}") },
            });
            let next = value.operands.iter().copied().find(|o| !matches!(self.kind(*o), Kind::Unknown));
            match next {
                Some(next) if next < at => at = next,
                _ => break,
            }
        }
        steps
    }

    /// A value in words.
    pub fn describe(&self, v: V) -> String {
        match self.kind(v) {
            Kind::Array(a) => {
                let lib = match a.lib {
                    Lib::Mlx => "mx.array",
                    Lib::Numpy => "numpy array",
                    Lib::Torch => "torch tensor",
                    Lib::Jax => "jax array",
                };
                let dtype = match a.dtype {
                    DtypeFact::Exact(d) => format!(" of {}", d.name()),
                    DtypeFact::SameAs(_) => " of its input's dtype".to_owned(),
                    DtypeFact::AnyFloat => " of a float dtype".to_owned(),
                    DtypeFact::AnyInt => " of an integer dtype".to_owned(),
                    DtypeFact::Unknown => String::new(),
                };
                let rank = a.rank.map_or(String::new(), |r| format!(", {r}-d"));
                let sure = if a.sure == Sure::Certain { "" } else { "probably " };
                format!("{sure}{lib}{dtype}{rank}")
            }
            Kind::NumpyScalar => "NumPy scalar".to_owned(),
            Kind::Int(_) => "Python int".to_owned(),
            Kind::Float(_) => "Python float".to_owned(),
            Kind::Bool(_) => "Python bool".to_owned(),
            Kind::Str(_) => "string".to_owned(),
            Kind::NoneValue => "None".to_owned(),
            Kind::Shape(_) => "shape (Python ints)".to_owned(),
            Kind::Dtype(d) => format!("dtype {}", d.name()),
            Kind::Lib(s) => format!("`{}`", self.text(*s)),
            Kind::Kernel(_) => "Metal kernel".to_owned(),
            Kind::Key => "random key".to_owned(),
            Kind::Clock => "clock reading".to_owned(),
            Kind::LibInstance(s) => format!("`{}` object", self.text(*s)),
            Kind::Instance(c) => format!("`{}` object", self.class(*c).def.name),
            Kind::Transformed(t, _) => format!("function under {t:?}"),
            Kind::Seq { .. } | Kind::ListOf(_) => "sequence".to_owned(),
            _ => "value".to_owned(),
        }
    }
}
