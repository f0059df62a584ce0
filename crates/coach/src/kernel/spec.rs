//! What is known of a kernel beside its text: names, types, shapes, template arguments and launch, as the definition
//! and the calls in a file (or the directives of a `.metal` file) say it. What they do not say is unknown here.

use emberforge_base::DType;
use emberforge_msl::{MathMode, TemplateValue};
use ruff_text_size::{Ranged, TextRange};

use super::text::Text;
use crate::engine::{DtypeFact, Engine, KernelDef, Kind, Launch as Call, Sym, V};

/// One extent of a launch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dim {
    /// A constant.
    Known(i64),
    /// Something rounded up to a multiple of the threadgroup.
    RoundedUp,
    /// Anything.
    #[default]
    Unknown,
}

impl Dim {
    /// The constant.
    pub fn known(self) -> Option<i64> {
        match self {
            Dim::Known(n) => Some(n),
            _ => None,
        }
    }
}

/// An input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its dtype.
    pub dtype: Option<DType>,
    /// Its extents.
    pub dims: Option<Vec<Option<i64>>>,
    /// It lies in memory row by row, whatever the kernel asks for.
    pub contiguous: bool,
}

/// An output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its dtype.
    pub dtype: Option<DType>,
    /// Its extents.
    pub dims: Option<Vec<Option<i64>>>,
}

/// A template argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Template {
    /// Known.
    Value(TemplateValue),
    /// Some dtype.
    Type,
    /// Some integer.
    Int,
    /// Some truth value.
    Bool,
    /// Anything.
    Unknown,
}

/// How a kernel is launched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Launch {
    /// Threads of the grid.
    pub grid: [Dim; 3],
    /// Threads of a full threadgroup.
    pub threadgroup: [Dim; 3],
    /// `init_value` is given.
    pub init: bool,
}

impl Launch {
    /// Threads per axis of a full threadgroup: MLX launches the smaller of threadgroup and grid.
    pub fn group(&self, axis: usize) -> Option<i64> {
        match (self.threadgroup[axis], self.grid[axis]) {
            (Dim::Known(t), Dim::Known(g)) => Some(t.min(g)),
            (Dim::Known(1), _) | (_, Dim::Known(1)) => Some(1),
            (Dim::Known(t), _) => Some(t),
            _ => None,
        }
    }

    /// Threads of a full threadgroup.
    pub fn threads(&self) -> Option<i64> {
        (0..3).map(|a| self.group(a)).product::<Option<i64>>().filter(|n| *n > 0)
    }
}

/// A kernel as one call sees it.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// `name=`.
    pub name: String,
    /// Where it is defined.
    pub def: TextRange,
    /// Where it is called.
    pub call: Option<TextRange>,
    /// The body.
    pub body: Text,
    /// It is one of several that the file may make; not all of them need be used.
    pub alternative: bool,
    /// The header.
    pub header: Text,
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The outputs.
    pub outputs: Vec<Output>,
    /// The template arguments.
    pub template: Vec<(String, Template)>,
    /// Other template arguments may exist.
    pub template_open: bool,
    /// A whole kernel of a `.metal` file, which nobody says is MLX's.
    pub whole: bool,
    /// Outputs are atomic.
    pub atomic: bool,
    /// `ensure_row_contiguous=False`.
    pub strided: bool,
    /// Treatment of floating point.
    pub math: MathMode,
    /// The launch.
    pub launch: Option<Launch>,
    /// All launches of the kernel are known to look like this.
    pub known_launch: bool,
}

/// The kernel of a definition as each of its calls sees it; once, without a launch, if there is none. `Err` says why
/// it cannot be examined.
pub(super) fn of_definition(e: &Engine<'_>, id: u32) -> Result<Vec<Spec>, String> {
    let def = e.kernel(id);
    let sources = e.texts(def.source_value);
    if sources.is_empty() {
        return Err("the source is not known here".to_owned());
    }
    let inputs = def.inputs.as_ref().or(def.most_inputs.as_ref());
    let outputs = def.outputs.as_ref().or(def.most_outputs.as_ref());
    let (Some(inputs), Some(outputs)) = (inputs, outputs) else {
        return Err("the input or output names are not known here".to_owned());
    };
    let header = match def.header_value {
        V::NONE => None,
        v => match e.texts(v).into_iter().next() {
            Some(found) => Some(found),
            None => return Err("the header is not known here".to_owned()),
        },
    };
    let whole = def.source_range.unwrap_or(def.call.range());
    let text = |v: V, text: &str, whole| Text::made_of(e.source, &e.literals(v), whole, text.to_owned());
    let base = Spec {
        name: def.name.clone().unwrap_or_default(),
        def: def.call.range(),
        header: header.map_or(Text::default(), |(v, h)| text(v, &h, def.call.range())),
        inputs: inputs.iter().map(|n| Input { name: n.clone(), ..Input::default() }).collect(),
        outputs: outputs.iter().map(|n| Output { name: n.clone(), ..Output::default() }).collect(),
        template_open: true,
        atomic: def.atomic,
        strided: def.strided,
        math: math_mode(e, def),
        alternative: sources.len() > 1 || sources.iter().any(|(v, _)| e.is_chosen(*v)),
        ..Spec::default()
    };
    let bases = sources.into_iter().map(|(v, source)| Spec { body: text(v, &source, whole), ..base.clone() });
    if def.launches.is_empty() {
        return Ok(bases.collect());
    }
    let mut specs: Vec<Spec> = Vec::new();
    let pairs = bases.flat_map(|base| def.launches.iter().take(8).map(move |call| (base.clone(), call)));
    for (base, call) in pairs {
        let spec = of_call(e, &base, call);
        let same = |s: &Spec| {
            s.body == spec.body
                && s.inputs == spec.inputs
                && s.outputs == spec.outputs
                && s.template == spec.template
                && s.launch == spec.launch
        };
        if !specs.iter().any(same) {
            specs.push(spec);
        }
        if specs.len() == 4 {
            break;
        }
    }
    Ok(specs)
}

fn math_mode(e: &Engine<'_>, def: &KernelDef<'_>) -> MathMode {
    let text = e.slice(def.call.range());
    match text.find("math_mode").map(|at| &text[at..]) {
        Some(rest) if rest.split(['}', '\n']).next().is_some_and(|r| r.contains("fast")) => MathMode::Fast,
        Some(rest) if rest.split(['}', '\n']).next().is_some_and(|r| r.contains("relaxed")) => {
            MathMode::Relaxed
        }
        _ => MathMode::Safe,
    }
}

fn of_call(e: &Engine<'_>, base: &Spec, call: &Call<'_>) -> Spec {
    let mut spec = Spec { call: Some(call.call.range()), known_launch: !call.stars, ..base.clone() };
    let items = |name: &str| match call.key(name).map(|v| e.kind(v)) {
        Some(Kind::Seq { items, .. }) => Some(items.to_vec()),
        _ => None,
    };
    for (input, v) in spec.inputs.iter_mut().zip(items("inputs").unwrap_or_default()) {
        (input.dtype, input.dims) = argument(e, v);
        input.contiguous = contiguous(e, v);
    }
    for (output, v) in spec.outputs.iter_mut().zip(items("output_dtypes").unwrap_or_default()) {
        output.dtype = dtype(e, v);
    }
    for (output, v) in spec.outputs.iter_mut().zip(items("output_shapes").unwrap_or_default()) {
        output.dims = match e.kind(v) {
            Kind::Shape(a) => array_dims(e, *a),
            Kind::Seq { items, .. } => Some(items.iter().map(|i| int(e, *i)).collect()),
            _ => None,
        };
    }
    spec.template_open = call.stars;
    match call.key("template") {
        None => {}
        Some(v) => match e.kind(v) {
            Kind::NoneValue => {}
            Kind::Seq { items, .. } => {
                for item in items.iter() {
                    match pair(e, *item) {
                        Some(argument) => spec.template.push(argument),
                        None => spec.template_open = true,
                    }
                }
            }
            _ => spec.template_open = true,
        },
    }
    spec.launch = Some(Launch {
        grid: extents(e, call.key("grid"), call.key("threadgroup")),
        threadgroup: extents(e, call.key("threadgroup"), None),
        init: call.stars || call.key("init_value").is_some_and(|v| v != V::NONE),
    });
    spec
}

fn pair(e: &Engine<'_>, v: V) -> Option<(String, Template)> {
    let Kind::Seq { items, .. } = e.kind(v) else { return None };
    let [name, value] = items[..] else { return None };
    let Kind::Str(Some(name)) = e.kind(name) else { return None };
    let value = match e.kind(value) {
        Kind::Int(Some(i)) => {
            i32::try_from(*i).map_or(Template::Int, |i| Template::Value(TemplateValue::Int(i)))
        }
        Kind::Int(None) => Template::Int,
        Kind::Bool(Some(b)) => Template::Value(TemplateValue::Bool(*b)),
        Kind::Bool(None) => Template::Bool,
        Kind::Dtype(_) | Kind::DtypeOf(_) => match dtype(e, value) {
            Some(d) => Template::Value(TemplateValue::Type(d)),
            None => Template::Type,
        },
        _ => match e.dtype_of(value) {
            Some(DtypeFact::SameAs(_)) => Template::Type,
            _ => Template::Unknown,
        },
    };
    Some((name.to_string(), value))
}

fn extents(e: &Engine<'_>, v: Option<V>, group: Option<V>) -> [Dim; 3] {
    let Some(Kind::Seq { items, .. }) = v.map(|v| e.kind(v)) else { return [Dim::Unknown; 3] };
    let by: Vec<V> = match group.map(|g| e.kind(g)) {
        Some(Kind::Seq { items, .. }) => items.to_vec(),
        _ => Vec::new(),
    };
    [0, 1, 2].map(|i| match items.get(i) {
        None => Dim::Unknown,
        Some(v) => match int(e, *v) {
            Some(n) => Dim::Known(n),
            None if by.get(i).is_some_and(|g| rounded_up(e, *v, *g)) => Dim::RoundedUp,
            None => Dim::Unknown,
        },
    })
}

/// `(n + g - 1) // g * g`, in either order.
fn rounded_up(e: &Engine<'_>, v: V, group: V) -> bool {
    let is_group = |v: V| {
        v == group || int(e, v).is_some_and(|n| int(e, group) == Some(n)) || {
            let (a, b) = (e.slice(e.range_of(v)), e.slice(e.range_of(group)));
            !a.is_empty() && a == b
        }
    };
    let Some([l, r]) = e.made_by(v, Sym::MUL) else { return false };
    let quotient = |v: V| {
        let mut v = v;
        while matches!(e.value(v).op, Sym::NEG) || e.op(v) == "math.ceil" {
            v = e.value(v).operands[0];
        }
        e.made_by(v, Sym::FLOORDIV).or_else(|| e.made_by(v, Sym::DIV)).is_some_and(|[_, by]| is_group(by))
            || (e.slice(e.range_of(v)).contains("ceil") || e.slice(e.range_of(v)).contains("cdiv"))
    };
    (is_group(r) && quotient(l)) || (is_group(l) && quotient(r))
}

fn int(e: &Engine<'_>, v: V) -> Option<i64> {
    match e.kind(v) {
        Kind::Int(n) => *n,
        _ => None,
    }
}

fn argument(e: &Engine<'_>, v: V) -> (Option<DType>, Option<Vec<Option<i64>>>) {
    match e.kind(v) {
        Kind::Int(_) => (Some(DType::I32), Some(Vec::new())),
        Kind::Float(_) => (Some(DType::F32), Some(Vec::new())),
        Kind::Bool(_) => (Some(DType::Bool), Some(Vec::new())),
        Kind::Array(a) => (a.dtype.exact().and_then(|d| d.name().parse().ok()), array_dims(e, v)),
        _ => (None, None),
    }
}

/// Whether a value was just made in one piece: by `mx.contiguous`, or anew.
fn contiguous(e: &Engine<'_>, v: V) -> bool {
    matches!(e.op(v), "mlx.core.contiguous" | "mlx.core.array" | "mlx.core.arange")
}

fn array_dims(e: &Engine<'_>, v: V) -> Option<Vec<Option<i64>>> {
    let a = e.array(v)?;
    let rank = usize::from(a.rank?);
    Some((0..rank).map(|i| a.dims.get(i).copied().filter(|d| *d >= 0)).collect())
}

fn dtype(e: &Engine<'_>, v: V) -> Option<DType> {
    e.dtype_of(v)?.exact()?.name().parse().ok()
}
