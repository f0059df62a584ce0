//! The `// ember:` directives at the top of a `.metal` file, as far as the linter needs them: names, types, shapes,
//! template arguments, launch. The full language is that of `ember kernel run`; what is not understood here is unknown.

use emberforge_base::DType;
use emberforge_msl::{MathMode, TemplateValue};

use super::spec::{Dim, Input, Launch, Output, Spec, Template};
use super::text::Text;

const MARK: &str = "// ember:";

/// What a file says of its kernel.
pub(super) fn read(source: &str) -> Spec {
    let mut spec = Spec { known_launch: true, ..Spec::default() };
    let mut lets: Vec<(String, i64)> = Vec::new();
    let (mut header, mut body) = (None, 0);
    let mut at = 0;
    let mut leading = true;
    for line in source.split_inclusive('\n') {
        let end = at + line.len();
        let trimmed = line.trim();
        if !trimmed.is_empty() && !trimmed.starts_with("//") {
            leading = false;
        }
        match trimmed.strip_prefix(MARK).map(str::trim) {
            Some("[header]") => header = Some(end),
            Some("[body]") => {
                if let Some(from) = header {
                    spec.header = Text::verbatim(&source[from..at], from);
                }
                body = end;
            }
            Some(text) if leading && header.is_none() => {
                let (key, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
                directive(&mut spec, &mut lets, key, value.trim());
                body = end;
            }
            _ => {}
        }
        at = end;
    }
    spec.body = Text::verbatim(&source[body..], body);
    spec
}

fn directive(spec: &mut Spec, lets: &mut Vec<(String, i64)>, key: &str, value: &str) {
    let (name, rest) = value.split_once('=').unwrap_or((value, ""));
    let (name, rest) = (name.trim().to_owned(), rest.trim());
    match key {
        "let" => {
            for part in value.split(',') {
                if let Some((name, value)) = part.split_once('=')
                    && let Some(value) = integer(value, lets)
                {
                    lets.push((name.trim().to_owned(), value));
                }
            }
        }
        "input" => {
            let (dtype, dims) = array(rest, lets);
            spec.inputs.push(Input { name, dtype, dims, contiguous: false });
        }
        "output" => {
            let (dtype, dims) = array(rest, lets);
            spec.outputs.push(Output { name, dtype, dims });
        }
        "template" => {
            let value = match rest {
                "true" => Template::Value(TemplateValue::Bool(true)),
                "false" => Template::Value(TemplateValue::Bool(false)),
                word => {
                    match (word.parse::<DType>(), integer(word, lets).and_then(|i| i32::try_from(i).ok())) {
                        (Ok(d), _) => Template::Value(TemplateValue::Type(d)),
                        (_, Some(i)) => Template::Value(TemplateValue::Int(i)),
                        _ => Template::Unknown,
                    }
                }
            };
            spec.template.push((name, value));
        }
        "grid" | "threadgroup" => {
            let extents: Vec<Dim> =
                value.split(',').map(|p| integer(p, lets).map_or(Dim::Unknown, Dim::Known)).collect();
            let launch = spec.launch.get_or_insert_with(Launch::default);
            let place = if key == "grid" { &mut launch.grid } else { &mut launch.threadgroup };
            *place = [0, 1, 2].map(|i| extents.get(i).copied().unwrap_or(Dim::Known(1)));
        }
        "init" => spec.launch.get_or_insert_with(Launch::default).init = true,
        "atomic" => spec.atomic = true,
        "math" => {
            spec.math = match value {
                "fast" => MathMode::Fast,
                "relaxed" => MathMode::Relaxed,
                _ => MathMode::Safe,
            };
        }
        _ => {}
    }
}

/// `f32(2, N):normal(0)`, `7.5`, `i32:[1, 2]`.
fn array(text: &str, lets: &[(String, i64)]) -> (Option<DType>, Option<Vec<Option<i64>>>) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let Ok(dtype) = text[..end].parse::<DType>() else {
        let scalar = match text {
            "true" | "false" => Some(DType::Bool),
            _ if text.parse::<i32>().is_ok() => Some(DType::I32),
            _ if text.parse::<f64>().is_ok() => Some(DType::F32),
            _ => None,
        };
        return (scalar, scalar.map(|_| Vec::new()));
    };
    let rest = &text[end..];
    if let Some(inner) = rest.strip_prefix('(') {
        let close = inner.find(')').unwrap_or(inner.len());
        let dims =
            inner[..close].split(',').filter(|p| !p.trim().is_empty()).map(|p| integer(p, lets)).collect();
        return (Some(dtype), Some(dims));
    }
    match rest.strip_prefix(':') {
        Some(list) if list.starts_with('[') => {
            let rank = list.chars().take_while(|c| *c == '[').count();
            let count = list.split(',').count();
            // `0 x 8` repeats, and nested lists have extents of their own.
            let known = (rank == 1 && !list.contains(" x ")).then_some(count as i64);
            (Some(dtype), Some(vec![known; rank]))
        }
        Some(_) => (Some(dtype), Some(Vec::new())),
        None => (Some(dtype), None),
    }
}

/// A product or sum of names and numbers, without parentheses, or with them around everything.
fn integer(text: &str, lets: &[(String, i64)]) -> Option<i64> {
    let mut total = 0i64;
    let mut sign = 1;
    let mut rest = text.trim();
    loop {
        let end = rest.find(['+', '-']).unwrap_or(rest.len());
        let mut product = 1i64;
        for factor in rest[..end].split('*') {
            let factor = factor.trim();
            let value = match factor.replace('_', "").parse::<i64>() {
                Ok(i) => i,
                Err(_) => lets.iter().rev().find(|(n, _)| n == factor)?.1,
            };
            product = product.checked_mul(value)?;
        }
        total = total.checked_add(sign * product)?;
        match rest.get(end..=end) {
            Some(op) => sign = if op == "-" { -1 } else { 1 },
            None => return Some(total),
        }
        rest = &rest[end + 1..];
    }
}
