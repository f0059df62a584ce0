//! Attributes: of modules, arrays, instances and whatever else.

use ruff_text_size::TextRange;

use super::value::{Array, Kind, Lib, V};
use super::{DtypeFact, Engine, Sym};

impl<'a> Engine<'a> {
    /// `value.attr`.
    pub(super) fn attribute_of(&mut self, base: V, attr: &'a str, range: TextRange) -> V {
        match self.kind(base).clone() {
            Kind::Lib(sym) => {
                let sym = self.names.child(sym, attr);
                let text = self.names.text(sym);
                let mut op = Sym::NOTHING;
                let kind = match text.split('.').next() {
                    Some("mlx" | "numpy" | "torch" | "jax")
                        if super::Dt::from_name(attr).is_some() && is_dtype_home(text) =>
                    {
                        op = sym;
                        super::Dt::from_name(attr).map_or(Kind::Lib(sym), Kind::Dtype)
                    }
                    _ => match text {
                        "mlx.core.inf" | "math.inf" | "numpy.inf" => Kind::Float(Some(f64::INFINITY)),
                        "mlx.core.pi" | "math.pi" | "numpy.pi" => Kind::Float(Some(std::f64::consts::PI)),
                        "math.e" | "numpy.e" | "mlx.core.e" => Kind::Float(Some(std::f64::consts::E)),
                        "numpy.newaxis" | "mlx.core.newaxis" => Kind::NoneValue,
                        _ => Kind::Lib(sym),
                    },
                };
                self.make(kind, range, op, [])
            }
            Kind::Array(a) => self.array_attribute(base, a, attr, range),
            Kind::Instance(class) => self.instance_attribute(base, class, attr, range),
            Kind::Class(class) => match self.classes[class as usize].methods.get(attr) {
                Some(f) => self.make(Kind::Function(*f), range, Sym::LOCAL, [base]),
                None => V::UNKNOWN,
            },
            // Whatever has a `shape`, its items are ints.
            Kind::Unknown if attr == "shape" && base > V::NONE => {
                self.make(Kind::Shape(base), range, Sym::SHAPE, [base])
            }
            _ => {
                let name = self.method_name(attr);
                self.make(Kind::Method(base, name), range, name, [base])
            }
        }
    }

    /// `.attr` as a name.
    pub(super) fn method_name(&mut self, attr: &'a str) -> Sym {
        self.names.child(Sym::NOTHING, attr)
    }

    pub(super) fn array_attribute(&mut self, base: V, a: Array, attr: &'a str, range: TextRange) -> V {
        match attr {
            "shape" => return self.make(Kind::Shape(base), range, Sym::SHAPE, [base]),
            "dtype" => {
                let kind = a.dtype.exact().map_or(Kind::DtypeOf(base), Kind::Dtype);
                return self.make(kind, range, Sym::DTYPE, [base]);
            }
            "ndim" | "nbytes" | "itemsize" => {
                let known = if attr == "ndim" { a.rank.map(i64::from) } else { None };
                return self.make(Kind::Int(known), range, Sym::ATTRIBUTE, [base]);
            }
            "size" if a.lib != Lib::Torch => {
                return self.make(Kind::Int(a.size()), range, Sym::ATTRIBUTE, [base]);
            }
            "T" | "mT" => {
                return self.make_array(Array { dims: [-1; 4], ..a }, range, Sym::ATTRIBUTE, [base]);
            }
            "real" | "imag" => {
                return self.make_array(a.dtype(DtypeFact::AnyFloat), range, Sym::ATTRIBUTE, [base]);
            }
            "at" if a.lib != Lib::Torch => {
                return self.make(Kind::Method(base, Sym::AT), range, Sym::AT, [base]);
            }
            _ => {}
        }
        let home = match a.lib {
            Lib::Mlx => "mlx.core",
            Lib::Numpy => "numpy",
            Lib::Torch => "torch",
            Lib::Jax => "jax.numpy",
        };
        let mut parent = self.names.intern(home);
        if a.lib == Lib::Mlx && (super::mlx_row(attr).is_none() || matches!(attr, "astype" | "view")) {
            parent = self.names.intern("mlx.core.array");
        }
        let sym = self.names.child(parent, attr);
        self.make(Kind::Method(base, sym), range, Sym::ATTRIBUTE, [base])
    }

    pub(super) fn instance_attribute(&mut self, base: V, class: u32, attr: &'a str, range: TextRange) -> V {
        if let Some(v) = self.classes[class as usize].attribute(attr) {
            return v;
        }
        let mut at = Some(class);
        for _ in 0..8 {
            let Some(id) = at else { break };
            if let Some(f) = self.classes[id as usize].methods.get(attr).copied() {
                if self.functions[f as usize].is_property {
                    let returns = self.functions[f as usize].seen_returns();
                    return if returns == V::UNBOUND { V::UNKNOWN } else { returns };
                }
                return self.make(Kind::Bound(f, base), range, Sym::LOCAL, [base]);
            }
            if id != class
                && let Some(v) = self.classes[id as usize].attribute(attr)
            {
                return v;
            }
            at = self.classes[id as usize].bases.iter().find_map(|b| match self.kind(*b) {
                Kind::Class(c) if *c != id => Some(*c),
                _ => None,
            });
        }
        let name = self.method_name(attr);
        self.make(Kind::Method(base, name), range, name, [base])
    }
}

fn is_dtype_home(full: &str) -> bool {
    matches!(full.rsplit_once('.').map(|p| p.0), Some("mlx.core" | "numpy" | "torch" | "jax.numpy"))
}
