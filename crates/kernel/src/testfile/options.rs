//! What a run needs beside the text, as written: on the command line or in `// ember:` directives.

use crate::data::{Cursor, Lets, OutputSpec, Spec};
use crate::types::Template;
use crate::{Builder, Call, Grid, HostArray, Kernel, MathMode, Types};
use emberforge_base::{DType, Error, Result};
use std::path::Path;

/// Options as text. Later ones replace earlier ones of the same name, so that a command line overrides a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The kernel's name; the file's name unless given.
    pub name: Option<String>,
    /// `NAME` and its spec; an empty spec means `f32(1024)` where only types matter.
    pub inputs: Vec<(String, String)>,
    /// `NAME` and `TYPE(DIMS)`.
    pub outputs: Vec<(String, String)>,
    /// `X,Y,Z`.
    pub grid: Option<String>,
    /// `X,Y,Z`.
    pub threadgroup: Option<String>,
    /// `NAME` and a dtype, an integer, `true` or `false`.
    pub template: Vec<(String, String)>,
    /// A number.
    pub init: Option<String>,
    /// `safe`, `relaxed` or `fast`.
    pub math: Option<String>,
    /// File of the header.
    pub header: Option<String>,
    /// Outputs are atomic.
    pub atomic: bool,
    /// `B = 2, L = 128`, one or more, in order.
    pub lets: Vec<String>,
    /// Sizes that `bench` uses instead.
    pub bench: Vec<String>,
    /// Loop iterations of a block before the kernel is stopped.
    pub fuel: Option<u64>,
}

/// Options with every word read.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Kernel name.
    pub name: String,
    /// Inputs in order.
    pub inputs: Vec<(String, Spec)>,
    /// Outputs in order.
    pub outputs: Vec<(String, OutputSpec)>,
    /// Threads per axis.
    pub grid: [i64; 3],
    /// Threads of a threadgroup per axis.
    pub threadgroup: [i64; 3],
    /// Template arguments in order.
    pub template: Vec<(String, Template)>,
    /// Fill of the outputs.
    pub init: Option<f32>,
    /// Math mode.
    pub math: MathMode,
    /// Outputs are atomic.
    pub atomic: bool,
    /// Fuel.
    pub fuel: Option<u64>,
    /// Named sizes.
    pub lets: Lets,
}

/// What arrays are taken for when only types matter and none are given.
const UNSAID: &str = "f32(1024)";

impl Options {
    /// These options, replaced by those of `over` where it has them.
    pub fn overridden_by(mut self, over: &Options) -> Options {
        for (own, other) in [
            (&mut self.inputs, &over.inputs),
            (&mut self.outputs, &over.outputs),
            (&mut self.template, &over.template),
        ] {
            for (name, value) in other {
                match own.iter_mut().find(|(n, _)| n == name) {
                    Some((_, v)) => v.clone_from(value),
                    None => own.push((name.clone(), value.clone())),
                }
            }
        }
        for (own, other) in [
            (&mut self.name, &over.name),
            (&mut self.grid, &over.grid),
            (&mut self.threadgroup, &over.threadgroup),
            (&mut self.init, &over.init),
            (&mut self.math, &over.math),
            (&mut self.header, &over.header),
        ] {
            if other.is_some() {
                own.clone_from(other);
            }
        }
        self.atomic |= over.atomic;
        self.fuel = over.fuel.or(self.fuel);
        self.lets.extend(over.lets.iter().cloned());
        self
    }

    /// The kernel named, or `default` made into an identifier.
    pub(crate) fn kernel_name(&self, default: &str) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let mut name: String =
            default.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, '_');
        }
        name
    }

    /// Reads every word; `folder` is where relative file names start, `default_name` the kernel's name unless given.
    pub fn resolve(&self, default_name: &str, folder: &Path) -> Result<Setup> {
        let mut lets = Lets::default();
        for text in &self.lets {
            lets.define_all(text).map_err(|e| wrap("let", text, &e))?;
        }
        // An override such as `--let B=8` must reach the definitions that follow from it.
        if self.lets.len() > 1 {
            lets = self.settle_lets()?;
        }
        let unsaid = |text: &str| if text.is_empty() { UNSAID.to_string() } else { text.to_string() };
        let mut inputs = Vec::new();
        for (name, text) in &self.inputs {
            // A type alone leaves the rank open, as no type does.
            let full = if text.parse::<DType>().is_ok() { format!("{text}(1024)") } else { unsaid(text) };
            let spec =
                Spec::read(&full, &lets, folder).map_err(|e| wrap(&format!("input {name}"), text, &e))?;
            inputs.push((name.clone(), spec));
        }
        let mut outputs = Vec::new();
        for (name, text) in &self.outputs {
            let spec = OutputSpec::read(&unsaid(text), &lets)
                .map_err(|e| wrap(&format!("output {name}"), text, &e))?;
            outputs.push((name.clone(), spec));
        }
        let extent = |what: &str, text: &Option<String>, default: [i64; 3]| {
            let Some(text) = text else { return Ok(default) };
            let list = lets.list(text).map_err(|e| wrap(what, text, &e))?;
            match list[..] {
                [x] => Ok([x, 1, 1]),
                [x, y] => Ok([x, y, 1]),
                [x, y, z] => Ok([x, y, z]),
                _ => Err(Error::invalid(format!(
                    "{what} {text}: {} extents are given; write one to three, `X,Y,Z`",
                    list.len()
                ))),
            }
        };
        let elements = outputs.first().map_or(1, |(_, o)| {
            o.shape.iter().try_fold(1i64, |n, d| n.checked_mul(i64::try_from(*d).ok()?)).unwrap_or(i64::MAX)
        });
        let template = self
            .template
            .iter()
            .map(|(name, text)| Ok((name.clone(), template_value(name, text, &lets)?)))
            .collect::<Result<_>>()?;
        Ok(Setup {
            name: self.kernel_name(default_name),
            inputs,
            grid: extent("grid", &self.grid, [elements, 1, 1])?,
            threadgroup: extent("threadgroup", &self.threadgroup, [256, 1, 1])?,
            outputs,
            template,
            init: self.init.as_deref().map(init_value).transpose()?,
            math: self.math.as_deref().map_or(Ok(MathMode::Safe), math_mode)?,
            atomic: self.atomic,
            fuel: self.fuel,
            lets,
        })
    }

    /// Definitions in order, where the last text that defines a name wins everywhere.
    fn settle_lets(&self) -> Result<Lets> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for text in &self.lets {
            for part in split_top(text) {
                let (name, value) = part
                    .split_once('=')
                    .ok_or_else(|| Error::invalid(format!("let {text}: write `NAME = SIZE`")))?;
                match pairs.iter_mut().find(|(n, _)| n == name.trim()) {
                    Some((_, v)) => *v = value.to_string(),
                    None => pairs.push((name.trim().to_string(), value.to_string())),
                }
            }
        }
        let mut lets = Lets::default();
        for (name, value) in &pairs {
            let text = format!("{name} = {value}");
            lets.define_all(&text).map_err(|e| wrap("let", &text, &e))?;
        }
        Ok(lets)
    }
}

impl Setup {
    /// The kernel's builder, still without text.
    pub fn builder(&self) -> Builder {
        Kernel::builder(&self.name)
            .inputs(self.inputs.iter().map(|(n, _)| n.clone()))
            .outputs(self.outputs.iter().map(|(n, _)| n.clone()))
            .atomic_outputs(self.atomic)
            .math_mode(self.math)
    }

    /// The types to specialise for.
    pub fn types(&self) -> Types {
        let mut types = Types::new();
        for (_, spec) in &self.inputs {
            let (dtype, shape) = spec.types();
            types = types.input(dtype, shape);
        }
        for (_, spec) in &self.outputs {
            types = types.output(spec.dtype);
        }
        for (name, value) in &self.template {
            types = types.template(name, *value);
        }
        types
    }

    /// The inputs' data; an error where only types are given.
    pub fn arrays(&self) -> Result<Vec<HostArray>> {
        self.inputs.iter().map(|(name, spec)| spec.clone().array(name)).collect()
    }

    /// The call, without engine options.
    pub fn call<'a>(&self, kernel: &'a Kernel, inputs: &'a [HostArray]) -> Call<'a> {
        let mut call =
            kernel.call().inputs(inputs).grid(Grid::threads(self.grid)).threadgroup(self.threadgroup);
        for (_, spec) in &self.outputs {
            call = call.output(spec.dtype, &spec.shape);
        }
        for (name, value) in &self.template {
            call = call.template(name, *value);
        }
        if let Some(value) = self.init {
            call = call.init_value(value);
        }
        if let Some(fuel) = self.fuel {
            call = call.fuel(fuel);
        }
        call
    }
}

fn wrap(what: &str, text: &str, error: &Error) -> Error {
    let text = crate::data::shorten(text);
    Error::new(error.kind(), format!("{what}{}{text}: {error}", if text.is_empty() { "" } else { " = " }))
}

/// Parts between commas outside brackets.
fn split_top(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0i32, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn template_value(name: &str, text: &str, lets: &Lets) -> Result<Template> {
    let text = text.trim();
    match text {
        "true" => return Ok(true.into()),
        "false" => return Ok(false.into()),
        _ => {}
    }
    if let Ok(dtype) = text.parse::<DType>() {
        return Ok(dtype.into());
    }
    let mut cursor = Cursor::new(text);
    let value = cursor.integer(lets).and_then(|n| cursor.finish().map(|()| n));
    value.map(Template::from).map_err(|_| {
        Error::invalid(format!(
            "the template argument `{name}` = `{text}` is no dtype, integer or truth value; write for example \
             `{name}=f32`, `{name}=4` or `{name}=true`"
        ))
    })
}

fn init_value(text: &str) -> Result<f32> {
    let value = text.trim().parse::<f32>();
    value.map_err(|_| {
        Error::invalid(format!("the init value `{text}` is not a number; write for example `0`"))
    })
}

/// Reads `safe`, `relaxed` or `fast`.
fn math_mode(text: &str) -> Result<MathMode> {
    match text.trim() {
        "safe" => Ok(MathMode::Safe),
        "relaxed" => Ok(MathMode::Relaxed),
        "fast" => Ok(MathMode::Fast),
        other => Err(Error::invalid(format!(
            "the math mode `{other}` is unknown; use `safe`, `relaxed` or `fast`"
        ))),
    }
}
