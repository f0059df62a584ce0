//! What a kernel is specialised for: dtypes and shapes of its inputs, dtypes of its outputs, template arguments.

use crate::host::element_count;
use crate::msl::TemplateValue;
use crate::names;
use emberforge_base::{DType, Error, Result};

/// The types of one call, without its data.
///
/// ```
/// use emberforge_kernel::{DType, Types};
///
/// let types = Types::new().input(DType::F16, &[2, 3]).output(DType::F32).template("T", DType::F16).template("N", 4);
/// # let _ = types;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Types {
    pub(crate) inputs: Vec<(DType, Vec<usize>)>,
    pub(crate) outputs: Vec<DType>,
    pub(crate) template: Vec<(String, Template)>,
}

/// A template argument as given: a dtype, an integer or a truth value.
///
/// Made with `.into()` from [`DType`], `bool`, and the integers; one that does not fit Metal's `int` is refused when
/// the kernel is specialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// `typename T`.
    Type(DType),
    /// `int N`.
    Int(i64),
    /// `bool B`.
    Bool(bool),
}

impl From<DType> for Template {
    fn from(dtype: DType) -> Self {
        Template::Type(dtype)
    }
}

impl From<bool> for Template {
    fn from(value: bool) -> Self {
        Template::Bool(value)
    }
}

macro_rules! template_from_int {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Template {
            fn from(value: $ty) -> Self {
                Template::Int(value.into())
            }
        }
    )*};
}
template_from_int!(i32, u32, i64);

impl Types {
    /// No inputs, no outputs, no template arguments.
    pub fn new() -> Self {
        Types::default()
    }

    /// The next input's dtype and shape.
    pub fn input(mut self, dtype: DType, shape: &[usize]) -> Self {
        self.inputs.push((dtype, shape.to_vec()));
        self
    }

    /// The next output's dtype.
    pub fn output(mut self, dtype: DType) -> Self {
        self.outputs.push(dtype);
        self
    }

    /// A template argument.
    pub fn template(mut self, name: impl Into<String>, value: impl Into<Template>) -> Self {
        self.template.push((name.into(), value.into()));
        self
    }

    /// Checks counts, dtypes and template arguments against a kernel's names.
    pub(crate) fn check(&self, inputs: &[String], outputs: &[String]) -> Result<()> {
        count("inputs", inputs, self.inputs.len())?;
        count("outputs", outputs, self.outputs.len())?;
        for (name, (dtype, shape)) in inputs.iter().zip(&self.inputs) {
            no_double("input", name, *dtype)?;
            element_count(shape)?;
        }
        for (name, dtype) in outputs.iter().zip(&self.outputs) {
            no_double("output", name, *dtype)?;
        }
        let template = || self.template.iter().map(|(name, _)| name);
        for (input, (_, shape)) in inputs.iter().zip(&self.inputs) {
            for suffix in ["_shape", "_strides", "_ndim"] {
                let generated = format!("{input}{suffix}");
                let taken = inputs.iter().chain(outputs).chain(template()).any(|name| *name == generated);
                // Inputs of 0 dimensions have no such parameter.
                if taken && !shape.is_empty() {
                    return Err(Error::invalid(format!(
                        "`{generated}` is also what the generated parameter with the {} of input `{input}` is \
                         called; rename one of them, for example `{input}_{}`",
                        &suffix[1..],
                        if suffix == "_shape" { "dims" } else { "info" },
                    )));
                }
            }
        }
        for (name, value) in &self.template {
            names::check("template argument", name)?;
            if inputs.iter().chain(outputs).any(|other| other == name) {
                return Err(Error::invalid(format!(
                    "the template argument `{name}` has the name of a parameter; rename one of them"
                )));
            }
            match value {
                Template::Type(dtype) => no_double("template argument", name, *dtype)?,
                Template::Int(n) if i32::try_from(*n).is_err() => {
                    return Err(Error::invalid(format!(
                        "the template argument `{name}` = {n} does not fit; Metal's template integers are 32-bit \
                         (-2147483648 to 2147483647), so pass larger numbers in an input array"
                    )));
                }
                _ => {}
            }
        }
        names::check_distinct("template argument", self.template.iter().map(|(name, _)| name.as_str()))
    }

    /// Template arguments as the front end takes them, after [`Types::check`].
    pub(crate) fn template_values(&self) -> Vec<(String, TemplateValue)> {
        let value = |value: &Template| match *value {
            Template::Type(dtype) => TemplateValue::Type(dtype),
            Template::Int(n) => TemplateValue::Int(i32::try_from(n).unwrap_or(i32::MAX)),
            Template::Bool(b) => TemplateValue::Bool(b),
        };
        self.template.iter().map(|(name, v)| (name.clone(), value(v))).collect()
    }
}

fn count(what: &str, names: &[String], given: usize) -> Result<()> {
    if names.len() == given {
        return Ok(());
    }
    let list = names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    Err(Error::invalid(format!(
        "expected `{what}` to have size {} but got size {given}; the kernel declares {}, pass one for each in this order",
        names.len(),
        if list.is_empty() { "none".to_string() } else { list }
    )))
}

fn no_double(what: &str, name: &str, dtype: DType) -> Result<()> {
    if dtype == DType::F64 {
        return Err(Error::invalid(format!(
            "the {what} `{name}` is f64, and Metal has no double; convert it to f32, or carry two f32 parts"
        )));
    }
    Ok(())
}
