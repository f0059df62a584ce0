//! Typed random expressions: their text, and their value for a lane.

use crate::value::{Binary, SCALARS, Scalar, binary, convert, is_true, rounded, shift, wrapped};
use half::f16;

/// A scalar, or a vector of 2 to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Type {
    pub(crate) scalar: Scalar,
    pub(crate) n: usize,
}

impl Type {
    fn name(self) -> String {
        match self.n {
            1 => self.scalar.name().to_string(),
            n => format!("{}{n}", self.scalar.name()),
        }
    }
}

/// Name, type and elements of an input: one element is 0-d.
pub(crate) type Array = (String, Scalar, Vec<u64>);

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// Its text and its bits.
    Literal(String, Scalar, u64),
    /// `name[i]`, or `name` of 0 dimensions.
    Input(usize, String, Scalar),
    /// `i`.
    Lane,
    Negate(Box<Expr>),
    Complement(Box<Expr>),
    Not(Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `<<` or `>>`.
    Shift(bool, Box<Expr>, Box<Expr>),
    /// `&&` or `||`.
    Logical(bool, Box<Expr>, Box<Expr>),
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The style, 0 to 2: `(T)x`, `T(x)`, `static_cast<T>(x)`.
    Cast(usize, Type, Box<Expr>),
    /// `T(a, b)`.
    Construct(Type, Vec<Expr>),
    /// `v.zyx`.
    Swizzle(Box<Expr>, Vec<usize>),
    /// `select(a, b, c)` of vectors.
    Select(Box<Expr>, Box<Expr>, Box<Expr>),
}

impl Expr {
    pub(crate) fn ty(&self) -> Type {
        let one = |scalar| Type { scalar, n: 1 };
        match self {
            Expr::Literal(_, s, _) | Expr::Input(_, _, s) => one(*s),
            Expr::Lane => one(Scalar::U32),
            Expr::Negate(a) | Expr::Complement(a) => arithmetic(a.ty()),
            Expr::Not(a) => Type { scalar: Scalar::Bool, ..a.ty() },
            Expr::Binary(op, a, b) => {
                let ty = meeting(a.ty(), b.ty());
                if op.compares() { Type { scalar: Scalar::Bool, ..ty } } else { ty }
            }
            Expr::Shift(_, a, _) => arithmetic(a.ty()),
            Expr::Logical(..) => one(Scalar::Bool),
            // Arms of one type keep it.
            Expr::Ternary(_, a, b) if a.ty() == b.ty() => a.ty(),
            Expr::Ternary(_, a, b) => meeting(a.ty(), b.ty()),
            Expr::Cast(_, ty, _) | Expr::Construct(ty, _) => *ty,
            Expr::Swizzle(v, list) => Type { n: list.len(), ..v.ty() },
            Expr::Select(a, ..) => a.ty(),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Expr::Literal(text, ..) => text.clone(),
            Expr::Input(_, name, _) => name.clone(),
            Expr::Lane => "i".to_string(),
            Expr::Negate(a) => format!("(-{})", a.text()),
            Expr::Complement(a) => format!("(~{})", a.text()),
            Expr::Not(a) => format!("(!{})", a.text()),
            Expr::Binary(op, a, b) => format!("({} {} {})", a.text(), op.symbol(), b.text()),
            Expr::Shift(left, a, b) => {
                format!("({} {} {})", a.text(), if *left { "<<" } else { ">>" }, b.text())
            }
            Expr::Logical(and, a, b) => {
                format!("({} {} {})", a.text(), if *and { "&&" } else { "||" }, b.text())
            }
            Expr::Ternary(c, a, b) => format!("({} ? {} : {})", c.text(), a.text(), b.text()),
            Expr::Cast(0, ty, a) => format!("(({}){})", ty.name(), a.text()),
            Expr::Cast(1, ty, a) => format!("{}({})", ty.name(), a.text()),
            Expr::Cast(_, ty, a) => format!("static_cast<{}>({})", ty.name(), a.text()),
            Expr::Construct(ty, list) => {
                let list: Vec<String> = list.iter().map(Expr::text).collect();
                format!("{}({})", ty.name(), list.join(", "))
            }
            Expr::Swizzle(v, list) => {
                let letters: String = list.iter().map(|&c| ['x', 'y', 'z', 'w'][c]).collect();
                format!("{}.{letters}", v.text())
            }
            Expr::Select(a, b, c) => format!("select({}, {}, {})", a.text(), b.text(), c.text()),
        }
    }

    fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal(..) | Expr::Input(..) | Expr::Lane => vec![],
            Expr::Negate(a)
            | Expr::Complement(a)
            | Expr::Not(a)
            | Expr::Cast(_, _, a)
            | Expr::Swizzle(a, _) => vec![a],
            Expr::Binary(_, a, b) | Expr::Shift(_, a, b) | Expr::Logical(_, a, b) => vec![a, b],
            Expr::Ternary(a, b, c) | Expr::Select(a, b, c) => vec![a, b, c],
            Expr::Construct(_, list) => list.iter().collect(),
        }
    }

    /// Every part of the expression and its value for a lane.
    pub(crate) fn explain(&self, arrays: &[Array], lane: usize) -> String {
        let parts: String = self.children().iter().map(|e| e.explain(arrays, lane)).collect();
        format!("{parts}  {} = {:x?}\n", self.text(), self.evaluate(arrays, lane))
    }

    /// The bits of each component.
    pub(crate) fn evaluate(&self, arrays: &[Array], lane: usize) -> Vec<u64> {
        let of = |e: &Expr| e.evaluate(arrays, lane);
        let ty = self.ty();
        match self {
            Expr::Literal(_, _, bits) => vec![*bits],
            Expr::Input(array, ..) => {
                let bits = &arrays[*array].2;
                vec![bits[lane % bits.len()]]
            }
            Expr::Lane => vec![lane as u64],
            Expr::Negate(a) => as_type(&of(a), a.ty(), ty)
                .into_iter()
                .map(|x| match ty.scalar {
                    Scalar::F16 => x ^ 0x8000,
                    Scalar::F32 => x ^ 0x8000_0000,
                    s => binary(Binary::Sub, s, 0, x),
                })
                .collect(),
            Expr::Complement(a) => {
                let ones = wrapped(ty.scalar, -1);
                as_type(&of(a), a.ty(), ty).into_iter().map(|x| x ^ ones).collect()
            }
            Expr::Not(a) => of(a).into_iter().map(|x| u64::from(!is_true(a.ty().scalar, x))).collect(),
            Expr::Binary(op, a, b) => {
                let meet = meeting(a.ty(), b.ty());
                let (x, y) = (as_type(&of(a), a.ty(), meet), as_type(&of(b), b.ty(), meet));
                x.iter().zip(&y).map(|(x, y)| binary(*op, meet.scalar, *x, *y)).collect()
            }
            Expr::Shift(left, a, b) => {
                let (x, y) = (as_type(&of(a), a.ty(), ty), of(b));
                let count = |i: usize| if y.len() == 1 { y[0] } else { y[i] };
                let by = b.ty().scalar;
                (0..x.len()).map(|i| shift(*left, ty.scalar, x[i], by, count(i))).collect()
            }
            Expr::Logical(and, a, b) => {
                let truth = |e: &Expr| is_true(e.ty().scalar, of(e)[0]);
                vec![u64::from(if *and { truth(a) && truth(b) } else { truth(a) || truth(b) })]
            }
            Expr::Ternary(c, a, b) => {
                let taken = if is_true(c.ty().scalar, of(c)[0]) { a } else { b };
                as_type(&of(taken), taken.ty(), ty)
            }
            Expr::Cast(_, _, a) => as_type(&of(a), a.ty(), ty),
            Expr::Construct(_, list) => list
                .iter()
                .flat_map(|e| {
                    let n = e.ty().n;
                    as_type(&of(e), e.ty(), Type { n, ..ty })
                })
                .collect(),
            Expr::Swizzle(v, list) => {
                let whole = of(v);
                list.iter().map(|&c| whole[c]).collect()
            }
            Expr::Select(a, b, c) => {
                let (a, b) = (of(a), of(b));
                of(c).iter().enumerate().map(|(i, c)| if *c != 0 { b[i] } else { a[i] }).collect()
            }
        }
    }
}

/// The type of an operand after promotion; vectors are not promoted.
fn arithmetic(ty: Type) -> Type {
    Type { scalar: if ty.n == 1 { ty.scalar.promoted() } else { ty.scalar }, ..ty }
}

/// The type in which two operands meet: a scalar becomes a vector of the other's elements.
fn meeting(a: Type, b: Type) -> Type {
    match (a.n, b.n) {
        (1, 1) => Type { scalar: a.scalar.common(b.scalar), n: 1 },
        (1, _) => b,
        _ => a,
    }
}

/// Components converted; a scalar is spread.
fn as_type(bits: &[u64], from: Type, to: Type) -> Vec<u64> {
    (0..to.n).map(|i| convert(from.scalar, to.scalar, bits[if from.n == 1 { 0 } else { i }])).collect()
}

/// A small generator of random numbers (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A value of the type: often a special or small one.
    fn value(&mut self, s: Scalar) -> u64 {
        let raw = self.bits();
        let small = (raw >> 8) as i128 % 19 - 9;
        match (s, raw & 7) {
            (Scalar::Bool, _) => raw >> 8 & 1,
            (Scalar::F32, 0) => {
                u64::from(self.pick(&[0.0, -0.0, f32::INFINITY, f32::NAN, 1e-40, f32::MAX]).to_bits())
            }
            (Scalar::F32, 1..=4) => u64::from((small as f32 * 0.375).to_bits()),
            (Scalar::F32, 5) => u64::from(((raw >> 20) as f32 * 1e-3 - 1e9).to_bits()),
            (Scalar::F16, 0) => u64::from(
                self.pick(&[f16::ZERO, f16::NEG_ZERO, f16::INFINITY, f16::NAN, f16::MAX, f16::MIN_POSITIVE])
                    .to_bits(),
            ),
            (Scalar::F16, 1..=5) => u64::from(f16::from_f32(small as f32 * 0.375).to_bits()),
            (s, 0 | 1) if !s.is_float() => {
                wrapped(s, self.pick(&[0, 1, -1, 127, 128, 255, i128::MAX, i64::MIN.into(), i32::MIN.into()]))
            }
            (s, 2..=5) if !s.is_float() => wrapped(s, small),
            (s, _) => raw >> 3 & mask(s),
        }
    }
}

fn mask(s: Scalar) -> u64 {
    wrapped(s, -1)
}

/// For every scalar type an array of one element per lane and a value of 0 dimensions.
pub(crate) fn leaf_arrays(random: &mut Random, lanes: usize) -> Vec<Array> {
    let mut list = Vec::new();
    for s in SCALARS {
        list.push((format!("a_{}", s.name()), s, (0..lanes).map(|_| random.value(s)).collect()));
        list.push((format!("s_{}", s.name()), s, vec![random.value(s)]));
    }
    list
}

/// Makes expressions.
pub(crate) struct Maker {
    pub(crate) random: Random,
}

/// The scalars of vectors here.
const ELEMENTS: [Scalar; 5] = [Scalar::I32, Scalar::U32, Scalar::F32, Scalar::F16, Scalar::U8];

impl Maker {
    pub(crate) fn new(seed: u64) -> Maker {
        Maker { random: Random(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x5eed) }
    }

    /// An expression of any type.
    pub(crate) fn expression(&mut self) -> Expr {
        let depth = 2 + self.random.below(4);
        match self.random.below(3) {
            0 => {
                let (scalar, n) = (self.random.pick(&ELEMENTS), 2 + self.random.below(3));
                self.vector(Type { scalar, n }, depth)
            }
            _ => self.scalar(depth),
        }
    }

    fn leaf(&mut self) -> Expr {
        let s = self.random.pick(&SCALARS);
        let index = s as usize * 2;
        match self.random.below(8) {
            0 => Expr::Lane,
            1..=3 => self.literal(s),
            4..=6 => Expr::Input(index, format!("a_{}[i]", s.name()), s),
            _ => Expr::Input(index + 1, format!("s_{}", s.name()), s),
        }
    }

    fn literal(&mut self, s: Scalar) -> Expr {
        let small = self.random.below(12) as i128;
        let (text, s, bits) = match s {
            Scalar::Bool => {
                ((if small % 2 == 0 { "false" } else { "true" }).to_string(), s, small as u64 % 2)
            }
            Scalar::I32 => (format!("{small}"), s, small as u64),
            Scalar::U32 => (
                format!("{}u", 4_294_967_290u32 + small.min(5) as u32),
                s,
                (4_294_967_290 + small.min(5)) as u64,
            ),
            Scalar::I64 => (format!("{}l", small << 33), s, (small << 33) as u64),
            Scalar::U64 => (format!("{small}ul"), s, small as u64),
            Scalar::F32 if small == 0 => ("NAN".to_string(), s, u64::from(f32::NAN.to_bits())),
            Scalar::F32 if small == 1 => ("INFINITY".to_string(), s, u64::from(f32::INFINITY.to_bits())),
            Scalar::F32 => (format!("{:?}f", small as f32 * 0.25), s, rounded(s, small as f32 * 0.25)),
            Scalar::F16 => (format!("{:?}h", small as f32 * 0.5), s, rounded(s, small as f32 * 0.5)),
            // There are no literals of the small types.
            _ => (format!("{}({small})", s.name()), s, small as u64),
        };
        Expr::Literal(text, s, bits)
    }

    /// A scalar expression of some type.
    fn scalar(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf();
        }
        let is_float = |e: &Expr| e.ty().scalar.is_float();
        let a = Box::new(self.scalar(depth - 1));
        match self.random.below(13) {
            0 => Expr::Negate(a),
            1 if !is_float(&a) => Expr::Complement(a),
            2 => Expr::Not(a),
            3 if !is_float(&a) => {
                let b = self.integer(depth - 1);
                Expr::Shift(self.random.below(2) == 0, a, Box::new(b))
            }
            4 => Expr::Logical(self.random.below(2) == 0, a, Box::new(self.scalar(depth - 1))),
            5 => {
                let (b, c) = (self.scalar(depth - 1), self.scalar(depth - 1));
                Expr::Ternary(a, Box::new(b), Box::new(c))
            }
            6 | 7 => {
                let ty = Type { scalar: self.random.pick(&SCALARS), n: 1 };
                Expr::Cast(self.random.below(3), ty, a)
            }
            8 => {
                let (scalar, n) = (self.random.pick(&ELEMENTS), 2 + self.random.below(3));
                let v = self.vector(Type { scalar, n }, depth - 1);
                Expr::Swizzle(Box::new(v), vec![self.random.below(n)])
            }
            _ => {
                let b = Box::new(self.scalar(depth - 1));
                let op = self.operator(a.ty().scalar.is_float() || b.ty().scalar.is_float());
                Expr::Binary(op, a, b)
            }
        }
    }

    fn operator(&mut self, floats: bool) -> Binary {
        use Binary::*;
        loop {
            let op = self.random.pick(&[Add, Sub, Mul, Div, Rem, And, Or, Xor, Lt, Le, Gt, Ge, Eq, Ne]);
            if !floats || op.takes_floats() {
                return op;
            }
        }
    }

    fn integer(&mut self, depth: usize) -> Expr {
        let e = self.scalar(depth);
        match e.ty().scalar.is_float() {
            true => Expr::Cast(self.random.below(3), Type { scalar: Scalar::I32, n: 1 }, Box::new(e)),
            false => e,
        }
    }

    /// An expression of this vector type.
    fn vector(&mut self, ty: Type, depth: usize) -> Expr {
        if depth == 0 {
            return Expr::Construct(ty, (0..ty.n).map(|_| self.leaf()).collect());
        }
        let float = ty.scalar.is_float();
        match self.random.below(9) {
            0 => Expr::Construct(ty, (0..ty.n).map(|_| self.scalar(depth - 1)).collect()),
            1 => Expr::Cast(1, ty, Box::new(self.scalar(depth - 1))),
            2 => {
                let other = Type { scalar: self.random.pick(&ELEMENTS), ..ty };
                Expr::Cast(self.random.below(3), ty, Box::new(self.vector(other, depth - 1)))
            }
            3 => {
                let n = 2 + self.random.below(3);
                let v = self.vector(Type { n, ..ty }, depth - 1);
                let list = if ty.n == 3 && n >= 3 && self.random.below(2) == 0 {
                    vec![2, 1, 0]
                } else {
                    (0..ty.n).map(|_| self.random.below(n)).collect()
                };
                Expr::Swizzle(Box::new(v), list)
            }
            4 => Expr::Negate(Box::new(self.vector(ty, depth - 1))),
            5 if !float => match self.random.below(2) {
                0 => Expr::Complement(Box::new(self.vector(ty, depth - 1))),
                _ => {
                    let a = self.vector(ty, depth - 1);
                    let b = self.vector(ty, depth - 1);
                    Expr::Shift(self.random.below(2) == 0, Box::new(a), Box::new(b))
                }
            },
            6 => {
                let (a, b) = (self.vector(ty, depth - 1), self.vector(ty, depth - 1));
                let op = self.random.pick(&[Binary::Lt, Binary::Ge, Binary::Eq, Binary::Ne]);
                let (x, y) = (self.vector(ty, depth - 1), self.vector(ty, depth - 1));
                let c = Expr::Binary(op, Box::new(x), Box::new(y));
                Expr::Select(Box::new(a), Box::new(b), Box::new(c))
            }
            _ => {
                let op = loop {
                    let op = self.operator(float);
                    if !op.compares() {
                        break op;
                    }
                };
                let a = self.vector(ty, depth - 1);
                // A scalar operand must have the elements' type or convert to it.
                let b = match self.random.below(3) {
                    0 => Expr::Cast(1, Type { n: 1, ..ty }, Box::new(self.scalar(depth - 1))),
                    _ => self.vector(ty, depth - 1),
                };
                if self.random.below(2) == 0 {
                    Expr::Binary(op, Box::new(a), Box::new(b))
                } else {
                    Expr::Binary(op, Box::new(b), Box::new(a))
                }
            }
        }
    }
}
