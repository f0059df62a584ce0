//! What is assumed of a kernel where nothing is known: dtypes, ranks, template arguments; and what takes their place
//! when the text contradicts.

use emberforge_base::DType;
use emberforge_msl::{InputParam, OutputParam, Signature, TemplateValue};

use super::super::spec::{Spec, Template};
use super::{SOME_INT, SOME_SIZE, Try};

#[derive(Clone)]
pub(super) struct Guess {
    pub(super) inputs: Vec<InputParam>,
    pub(super) outputs: Vec<OutputParam>,
    pub(super) template: Vec<(String, TemplateValue)>,
    pub(super) unknown_types: Vec<usize>,
    pub(super) unknown_ranks: Vec<usize>,
    pub(super) unknown_outputs: Vec<usize>,
    pub(super) assumed_constants: bool,
    /// What unknown template integers are taken for.
    some_int: i32,
    /// Inputs whose assumed rank was changed.
    repaired: Vec<usize>,
    /// Template arguments whose values are known.
    known_template: Vec<String>,
}

impl Guess {
    pub(super) fn of(spec: &Spec, header: &str, body: &str) -> Guess {
        let mut guess = Guess {
            inputs: Vec::new(),
            outputs: Vec::new(),
            template: Vec::new(),
            unknown_types: Vec::new(),
            unknown_ranks: Vec::new(),
            unknown_outputs: Vec::new(),
            assumed_constants: false,
            some_int: SOME_INT,
            repaired: Vec::new(),
            known_template: Vec::new(),
        };
        for (i, input) in spec.inputs.iter().enumerate() {
            if input.dtype.is_none() {
                guess.unknown_types.push(i);
            }
            let ndim = match &input.dims {
                Some(dims) => dims.len(),
                None => {
                    guess.unknown_ranks.push(i);
                    if is_array(body, &input.name) { 1 } else { 0 }
                }
            };
            let size = match (&input.dims, ndim) {
                (_, 0) => 1,
                (Some(dims), _) => dims
                    .iter()
                    .map(|d| d.and_then(|d| usize::try_from(d).ok()))
                    .product::<Option<usize>>()
                    .unwrap_or(SOME_SIZE),
                _ => SOME_SIZE,
            };
            let dtype = input.dtype.unwrap_or(DType::F32);
            guess.inputs.push(InputParam { name: input.name.clone(), dtype, ndim, size });
        }
        for (i, output) in spec.outputs.iter().enumerate() {
            if output.dtype.is_none() {
                guess.unknown_outputs.push(i);
            }
            let dtype = output.dtype.unwrap_or(DType::F32);
            guess.outputs.push(OutputParam { name: output.name.clone(), dtype });
        }
        for (name, value) in &spec.template {
            let value = match value {
                Template::Value(v) => {
                    guess.known_template.push(name.clone());
                    *v
                }
                Template::Type => TemplateValue::Type(DType::F32),
                Template::Bool => {
                    guess.assumed_constants = true;
                    TemplateValue::Bool(true)
                }
                Template::Unknown if is_type(header, name) || is_type(body, name) => {
                    TemplateValue::Type(DType::F32)
                }
                Template::Int | Template::Unknown => {
                    guess.assumed_constants = true;
                    TemplateValue::Int(SOME_INT)
                }
            };
            guess.template.push((name.clone(), value));
        }
        guess
    }

    pub(super) fn signature(&self, spec: &Spec) -> Signature {
        Signature {
            name: if spec.name.is_empty() { "kernel_".to_owned() } else { spec.name.replace('\u{0}', "x") },
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            template: self.template.clone(),
            atomic_outputs: spec.atomic,
            math_mode: spec.math,
        }
    }

    pub(super) fn has_types(&self) -> bool {
        self.template.iter().any(|(_, v)| matches!(v, TemplateValue::Type(_)))
    }

    /// The same with float16 for every type that is not known.
    pub(super) fn in_half(&self, spec: &Spec) -> Guess {
        let mut other = self.clone();
        for i in &self.unknown_types {
            other.inputs[*i].dtype = DType::F16;
        }
        for i in &self.unknown_outputs {
            other.outputs[*i].dtype = DType::F16;
        }
        for (name, value) in &mut other.template {
            let known = spec.template.iter().any(|(n, t)| n == name && matches!(t, Template::Value(_)));
            if matches!(value, TemplateValue::Type(_)) && !known {
                *value = TemplateValue::Type(DType::F16);
            }
        }
        other
    }

    /// Changes assumptions that a finding contradicts; whether there was one.
    pub(super) fn repair(&mut self, tried: &Try, header: &str, body: &str) -> bool {
        let mut changed = false;
        for d in &tried.compiled.diagnostics {
            let text = if d.primary.span.source.index() == 0 { header } else { body };
            let span = d.primary.span.start as usize..d.primary.span.end as usize;
            let here = text.get(span).unwrap_or("").trim();
            let base = here.split('[').next().unwrap_or(here).trim();
            if d.message.starts_with("expected a value, found the type")
                && let Some((_, value)) =
                    self.template.iter_mut().find(|(n, v)| n == here && matches!(v, TemplateValue::Type(_)))
                && !self.known_template.iter().any(|n| n == here)
            {
                *value = TemplateValue::Int(SOME_INT);
                self.assumed_constants = true;
                changed = true;
            }
            if d.code == "threadgroup-size" && self.assumed_constants && self.some_int == SOME_INT {
                self.some_int = 16;
                for (name, value) in &mut self.template {
                    if *value == TemplateValue::Int(SOME_INT) && !self.known_template.contains(name) {
                        *value = TemplateValue::Int(16);
                        changed = true;
                    }
                }
            }
            let wants_array = d.code == "not-indexable"
                || d.message.contains("to `const device")
                || d.message.contains("to `device");
            if let Some(dtype) = pointee(&d.message)
                && let Some(i) =
                    self.unknown_types.iter().find(|i| words(here, &self.inputs[**i].name).next().is_some())
                && self.inputs[*i].dtype != dtype
            {
                self.inputs[*i].dtype = dtype;
                changed = true;
            }
            let base = match self.inputs.iter().any(|i| i.name == base) {
                true => base,
                // `auto k_ = k + offset;`: what it was made from.
                false => declared_from(text, base),
            };
            let Some(i) = self.inputs.iter().position(|i| i.name == base) else { continue };
            if self.unknown_ranks.contains(&i)
                && self.inputs[i].ndim == 0
                && wants_array
                && !self.repaired.contains(&i)
            {
                (self.inputs[i].ndim, self.inputs[i].size) = (1, SOME_SIZE);
                self.repaired.push(i);
                changed = true;
            }
        }
        changed
    }

    /// Takes undeclared names that look like template parameters for that; whether there was one.
    pub(super) fn adopt(&mut self, tried: &Try, header: &str, body: &str) -> bool {
        let before = self.template.len();
        for d in &tried.compiled.diagnostics {
            if !matches!(
                d.code,
                "undeclared-name" | "unknown-type" | "undeclared-function" | "expected-token"
            ) {
                continue;
            }
            // The name, or the word before the place where the parser stumbled: `T x`.
            let text = if d.primary.span.source.index() == 0 { header } else { body };
            let start = (d.primary.span.start as usize).min(text.len());
            let end = (d.primary.span.end as usize).min(text.len());
            let here = text.get(start..end).unwrap_or("");
            let before_here = text.get(..start).unwrap_or("").trim_end();
            let word_start =
                before_here.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
            for word in [here, &before_here[word_start..]] {
                let fits = word.starts_with(|c: char| c.is_ascii_uppercase())
                    && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                if fits && !self.template.iter().any(|(n, _)| n == word) {
                    let value = if is_type(body, word) || is_type(header, word) {
                        TemplateValue::Type(DType::F32)
                    } else {
                        self.assumed_constants = true;
                        TemplateValue::Int(SOME_INT)
                    };
                    self.template.push((word.to_owned(), value));
                }
            }
        }
        self.template.len() > before
    }

    /// Other assumptions about what is not known.
    pub(super) fn others(&self) -> Vec<Guess> {
        let mut list = Vec::new();
        let flipped = |guess: &Guess| {
            let mut other = guess.clone();
            for i in &guess.unknown_ranks {
                let input = &mut other.inputs[*i];
                (input.ndim, input.size) = if input.ndim == 0 { (1, SOME_SIZE) } else { (0, 1) };
            }
            other
        };
        let typed = |guess: &Guess, dtype: DType, outputs: bool| {
            let mut other = guess.clone();
            for i in &guess.unknown_types {
                other.inputs[*i].dtype = dtype;
            }
            for i in guess.unknown_outputs.iter().filter(|_| outputs) {
                other.outputs[*i].dtype = dtype;
            }
            other
        };
        if !self.unknown_types.is_empty() || !self.unknown_outputs.is_empty() {
            list.push(typed(self, DType::U32, false));
            list.push(typed(self, DType::U32, true));
            list.push(typed(self, DType::F16, true));
        }
        if self.inputs.iter().any(|i| i.size == SOME_SIZE) {
            let mut other = self.clone();
            other.inputs.iter_mut().filter(|i| i.size == SOME_SIZE).for_each(|i| i.size = 4);
            list.push(other);
        }
        if !self.unknown_ranks.is_empty() {
            list.push(flipped(self));
            list.push(flipped(&typed(self, DType::U32, false)));
        }
        list
    }
}

/// A text with something harmless in each hole, of the same length.
pub(super) fn filled(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = text.to_owned();
    for (at, _) in text.match_indices('\u{0}') {
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let after = text[at + 1..].trim_start_matches(' ');
        let part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let line = text[..at].rsplit('\n').next().unwrap_or("");
        let rest = text[at + 1..].split('\n').next().unwrap_or("");
        let with = if line.trim().is_empty() && rest.trim().is_empty() {
            " "
        } else if before.is_some_and(part) {
            "4"
        } else if (after.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && text[at + 1..].starts_with(' '))
            || (matches!(before, Some(b'<')) && after.starts_with(['>', ',']))
            || after.starts_with("* ")
            || after.starts_with('(')
        {
            "_"
        } else {
            "8"
        };
        // `{eps}f` is a float.
        if with == "8" && bytes.get(at + 1) == Some(&b'f') && !bytes.get(at + 2).copied().is_some_and(part) {
            out.replace_range(at..=at + 1, "8.");
        } else {
            out.replace_range(at..=at, with);
        }
    }
    out
}

/// The element type that a pointer was expected to have.
fn pointee(message: &str) -> Option<DType> {
    let wanted = message.split("to `").nth(1)?.split('`').next()?;
    let name = wanted.trim_end_matches('*').trim();
    let name =
        name.trim_start_matches("const ").trim_start_matches("device ").trim_start_matches("constant ");
    (wanted.ends_with('*')).then_some(())?;
    DType::ALL.into_iter().find(|d| {
        d.metal_name() == name
            || match d {
                DType::U8 => matches!(name, "uchar" | "unsigned char"),
                DType::I8 => name == "char",
                DType::U16 => matches!(name, "ushort" | "unsigned short"),
                DType::I16 => name == "short",
                DType::U32 => matches!(name, "uint" | "unsigned int"),
                DType::I32 => name == "int",
                DType::F16 => name == "half",
                DType::BF16 => name == "bfloat",
                _ => false,
            }
    })
}

/// The first word of what a name is initialised with.
fn declared_from<'t>(text: &'t str, name: &str) -> &'t str {
    let Some(at) = text.find(&format!("{name} =")).filter(|_| !name.is_empty()) else { return "" };
    let rest = text[at + name.len() + 2..].trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

/// Whether a name is indexed, asked for its shape, or moved as a pointer.
fn is_array(body: &str, name: &str) -> bool {
    words(body, name).any(|after| after.trim_start().starts_with('['))
        || ["_shape", "_strides", "_ndim"].iter().any(|s| words(body, &format!("{name}{s}")).next().is_some())
        || words(body, name).any(|after| {
            let before = body[..after.as_ptr() as usize - body.as_ptr() as usize - name.len()].trim_end();
            after.trim_start().starts_with('+')
                && before.ends_with('=')
                && before.rsplit(';').next().is_some_and(|s| s.contains('*') || s.contains("auto"))
        })
        || body.contains(&format!("*){name}"))
        || body.contains(&format!("*>({name}"))
}

/// Whether a name is used as a type.
fn is_type(text: &str, name: &str) -> bool {
    let mut any = false;
    let before_is = |at: usize, c: char| text[..at].trim_end().ends_with(c);
    for (at, _) in text.match_indices(name) {
        let after = &text[at + name.len()..];
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            || after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            continue;
        }
        let next = after.trim_start();
        any |= next.starts_with('(')
            || next.starts_with(|c: char| c.is_alphabetic() || c == '_')
            || (before_is(at, '<')
                && next.starts_with('>')
                && ["static_cast<", "as_type<", "reinterpret_cast<", "simdgroup_matrix<"]
                    .iter()
                    .any(|w| text[..at].trim_end().ends_with(w)))
            || (next.starts_with('*')
                && (next[1..].trim_start().starts_with(|c: char| c.is_alphabetic())
                    && text[..at].trim_end().ends_with("device")))
            || (before_is(at, '(')
                && next.starts_with(')')
                && next[1..].starts_with(|c: char| c.is_alphanumeric() || c == '('));
    }
    any
}

/// What follows each use of a word.
fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .filter(move |(at, _)| !text[..*at].ends_with(part) && !text[at + word.len()..].starts_with(part))
        .map(move |(at, _)| &text[at + word.len()..])
}
