//! Whole kernels in a `.metal` file: `kernel void name(device const float* x [[buffer(0)]], ...) { ... }`.
//!
//! The parameters become inputs, outputs, template arguments and thread attributes of a body, as MLX has them; the text
//! before the kernel, without other kernels, is its header. A parameter that no MLX kernel can have (a struct, a vector,
//! an atomic, threadgroup memory) becomes a variable at the head of the body, of the type that is written.

use std::fmt::Write as _;
use std::ops::Range;

use emberforge_base::DType;
use emberforge_msl::facts::ATTRIBUTES;
use ruff_text_size::{TextRange, TextSize};

use super::spec::{Input, Output, Spec, Template};
use super::text::{Text, without_comments};

/// Bytes of threadgroup memory that all `[[threadgroup(i)]]` parameters share.
const SHARED: usize = 32 << 10;

/// A kernel of a file: what is known of it, or why it cannot be examined.
pub(super) type Unit = (Spec, Option<String>);

/// The kernels of a file that holds whole ones.
pub(super) fn read(source: &str) -> Vec<Unit> {
    let code = without_comments(source);
    let found = find(&code);
    // What stands between kernels is everybody's header.
    let mut header = source.as_bytes().to_vec();
    for k in &found {
        header[k.whole.clone()].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
    }
    let header = String::from_utf8(header).unwrap_or_default();
    found.iter().filter_map(|k| k.body.clone().map(|body| k.unit(source, &code, &header, body))).collect()
}

/// Where a kernel stands.
struct Found {
    /// All of it, from its template head to its brace.
    whole: Range<usize>,
    name: Range<usize>,
    params: Range<usize>,
    /// Between the braces; a declaration or instantiation has none.
    body: Option<Range<usize>>,
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn find(code: &str) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    for (at, word) in code.match_indices("kernel") {
        if out.last().is_some_and(|k| at < k.whole.end) || code[..at].ends_with(is_word) {
            continue;
        }
        let rest = &code[at + word.len()..];
        let rest = rest.trim_start().strip_prefix("]]").unwrap_or(rest);
        let rest = after_attributes(rest);
        let Some(rest) = rest.strip_prefix("void").filter(|r| r.starts_with(char::is_whitespace)) else {
            continue;
        };
        let start = code.len() - rest.trim_start().len();
        let Some(paren) = code[start..].find('(').map(|n| start + n) else { continue };
        let Some(close) = closing(code, paren) else { continue };
        let tail = code.len() - after_attributes(&code[close + 1..]).len();
        let (body, end) = match code.as_bytes().get(tail) {
            Some(b'{') => match closing(code, tail) {
                Some(end) => (Some(tail + 1..end), end + 1),
                None => continue,
            },
            _ => (None, code[tail..].find(';').map_or(code.len(), |n| tail + n + 1)),
        };
        let name = code[start..paren].trim_end();
        out.push(Found {
            whole: head(code, at)..end,
            name: start..start + name.len(),
            params: paren + 1..close,
            body,
        });
    }
    out
}

/// Where the declaration around an offset begins: after a statement, a block or a line of the preprocessor.
fn head(code: &str, at: usize) -> usize {
    let before = &code[..at];
    let mut from = before.rfind([';', '}']).map_or(0, |n| n + 1);
    let mut line = 0;
    for l in before.split_inclusive('\n') {
        line += l.len();
        if l.trim_start().starts_with('#') {
            from = from.max(line);
        }
    }
    from
}

/// The text after attributes in `[[...]]`.
fn after_attributes(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(inner) = rest.strip_prefix("[[") {
        rest = inner.split_once("]]").map_or("", |(_, r)| r).trim_start();
    }
    rest
}

/// The bracket that closes the one at an offset.
fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The parts of a text between commas outside of brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut out) = (0i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                out.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(text[from..].trim());
    out.retain(|p| !p.is_empty());
    out
}

/// A parameter, taken apart.
struct Param<'t> {
    name: &'t str,
    /// Without `const`, address space and `*`.
    ty: String,
    /// As it is written, without the name.
    written: String,
    attributes: Vec<&'t str>,
    pointer: bool,
    reference: bool,
    space: &'static str,
    constant: bool,
}

impl<'t> Param<'t> {
    fn read(text: &'t str) -> Option<Param<'t>> {
        let mut attributes = Vec::new();
        let (mut plain, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("[[") {
            let (inside, after) = after.split_once("]]")?;
            plain.push_str(before);
            attributes.extend(inside.split(',').map(|a| a.split('(').next().unwrap_or(a).trim()));
            rest = after;
        }
        plain.push_str(rest);
        let plain = plain.trim();
        let start = plain.rfind(|c: char| !is_word(c)).map_or(0, |n| n + 1);
        let name = text[text.find(&plain[start..])?..].get(..plain.len() - start)?;
        let written = plain[..start].trim().to_owned();
        let words: Vec<&str> = written.split(|c: char| c.is_whitespace() || c == '*' || c == '&').collect();
        let has = |word: &str| words.contains(&word);
        let space = ["device", "constant", "threadgroup"].into_iter().find(|s| has(s)).unwrap_or("");
        let skip = [
            "",
            "const",
            "device",
            "constant",
            "threadgroup",
            "volatile",
            "restrict",
            "__restrict",
            "coherent",
        ];
        let ty: Vec<&str> = words.iter().copied().filter(|w| !skip.contains(w)).collect();
        Some(Param {
            name,
            ty: ty.join(" ").trim_start_matches("metal::").to_owned(),
            attributes,
            pointer: written.contains('*'),
            reference: written.contains('&'),
            space,
            constant: has("const") || space == "constant",
            written,
        })
        .filter(|p| !p.name.is_empty() && !p.ty.is_empty())
    }
}

/// The element type of this name.
fn dtype(name: &str) -> Option<DType> {
    Some(match name {
        "float" => DType::F32,
        "half" | "float16_t" => DType::F16,
        "bfloat" | "bfloat16_t" => DType::BF16,
        "bool" => DType::Bool,
        "int" | "int32_t" => DType::I32,
        "uint" | "uint32_t" | "unsigned" | "unsigned int" => DType::U32,
        "short" | "int16_t" => DType::I16,
        "ushort" | "uint16_t" => DType::U16,
        "char" | "int8_t" => DType::I8,
        "uchar" | "uint8_t" => DType::U8,
        "long" | "int64_t" => DType::I64,
        "ulong" | "uint64_t" | "size_t" => DType::U64,
        _ => return None,
    })
}

/// The element type of an atomic type.
fn atomic(name: &str) -> Option<DType> {
    let plain = name.strip_prefix("atomic<").and_then(|n| n.strip_suffix('>'));
    dtype(plain.or_else(|| name.strip_prefix("atomic_"))?.trim())
}

impl Found {
    fn unit(&self, source: &str, code: &str, header: &str, body: Range<usize>) -> Unit {
        let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
        let name = &code[self.name.clone()];
        let mut spec = Spec {
            name: name.to_owned(),
            def: TextRange::new(size(self.name.start), size(self.name.end)),
            header: Text::verbatim(&header[..self.whole.start], 0),
            whole: true,
            template_open: true,
            ..Spec::default()
        };
        let head = &code[self.whole.start..self.name.start];
        spec.template = template(head);
        let mut first = String::new();
        let params: Option<Vec<Param<'_>>> =
            parts(&code[self.params.clone()]).into_iter().map(Param::read).collect();
        let Some(params) = params else {
            return (spec, Some("its parameters could not be read".to_owned()));
        };
        let shared = params.iter().filter(|p| p.space == "threadgroup").count();
        for p in &params {
            if let Err(why) = take(&mut spec, &mut first, p, &params, SHARED / shared.max(1)) {
                return (spec, Some(why));
            }
        }
        let atomic = params.iter().filter(|p| atomic(&p.ty).is_some()).count();
        spec.atomic = atomic > 0;
        if spec.atomic && atomic < spec.outputs.len() {
            return (
                spec,
                Some("atomic and plain buffers that it writes cannot be told apart here".to_owned()),
            );
        }
        spec.body = Text::after(&first, &source[body.clone()], body.start);
        (spec, None)
    }
}

/// `template <typename T, int N = 4>`.
fn template(head: &str) -> Vec<(String, Template)> {
    let Some(open) = head.find("template").and_then(|at| Some(at + head[at..].find('<')? + 1)) else {
        return Vec::new();
    };
    let close = head.rfind('>').filter(|c| *c > open).unwrap_or(head.len());
    let parameter = |p: &str| {
        let p = p.split('=').next().unwrap_or(p).trim();
        let (kind, name) = p.rsplit_once(char::is_whitespace)?;
        let kind = match kind.trim() {
            "typename" | "class" => Template::Type,
            "bool" => Template::Bool,
            "int" | "uint" | "short" | "ushort" | "size_t" => Template::Int,
            _ => Template::Unknown,
        };
        Some((name.to_owned(), kind))
    };
    parts(&head[open..close]).into_iter().filter_map(parameter).collect()
}

/// Makes an input, an output or a variable of a parameter.
fn take(
    spec: &mut Spec,
    first: &mut String,
    p: &Param<'_>,
    all: &[Param<'_>],
    share: usize,
) -> Result<(), String> {
    let (name, ty, written) = (p.name, &p.ty, &p.written);
    if let Some((attribute, three)) =
        p.attributes.iter().find_map(|a| ATTRIBUTES.iter().find(|(n, _)| n == a))
    {
        if name != *attribute {
            let part = match (three, ty.as_bytes().last()) {
                (true, Some(b'2')) => ".xy",
                (true, Some(b'3')) | (false, _) => "",
                (true, _) => ".x",
            };
            let _ = write!(first, "{ty} {name} = {ty}({attribute}{part});");
        }
        return Ok(());
    }
    if !(p.pointer || p.reference) || p.space.is_empty() {
        return Err(format!("its parameter `{name}` is a `{written}`, which is not understood here"));
    }
    if p.space == "threadgroup" {
        let bytes = dtype(ty).map_or(4, |d| d.size());
        let _ = write!(
            first,
            "threadgroup {ty} ember_{name}[{}]; {written} {name} = ember_{name};",
            share / bytes
        );
        return Ok(());
    }
    let is_type = |t: &str| spec.template.iter().any(|(n, k)| n == t && *k == Template::Type);
    let element = dtype(ty).or_else(|| atomic(ty).filter(|_| p.pointer && !p.constant));
    // A word such as `x_shape` means something to MLX where `x` is an input.
    let free = ["_shape", "_strides", "_ndim"]
        .iter()
        .all(|s| !all.iter().any(|other| other.name == format!("{name}{s}")));
    let plain = element.is_some() || is_type(ty);
    let direct = plain && free && (p.pointer || p.space == "constant");
    let buffer = if direct { name.to_owned() } else { format!("ember_{name}") };
    let dims = match p.space {
        "constant" if !p.pointer && direct => Vec::new(),
        // MLX puts what has less than eight elements in the constant space.
        "constant" => vec![Some(4)],
        _ => vec![None],
    };
    let dtype = if plain { element } else { Some(DType::U8) };
    if p.constant {
        spec.inputs.push(Input { name: buffer.clone(), dtype, dims: Some(dims), contiguous: true });
    } else {
        spec.outputs.push(Output { name: buffer.clone(), dtype, dims: None });
    }
    if !direct {
        let constness = if p.constant && p.space == "device" { "const " } else { "" };
        let pointer = format!("{constness}{} {ty}*", p.space);
        let star = if p.reference { "*" } else { "" };
        let _ = write!(first, "{written} {name} = {star}reinterpret_cast<{pointer}>({buffer});");
    }
    Ok(())
}
