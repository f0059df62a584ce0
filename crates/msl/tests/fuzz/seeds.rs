//! The repository's own kernels as seeds, and what can be done to a text.

use crate::driver::Case;
use crate::random::Random;
use emberforge_base::DType;
use emberforge_msl::{InputParam, OutputParam, Signature, TemplateValue};
use std::path::{Path, PathBuf};

/// Kernels that ship and kernels that test.
pub(crate) struct Seeds {
    pub(crate) all: Vec<Case>,
}

/// Tokens that change the meaning of what is around them.
const WORDS: [&str; 60] = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    ";",
    ",",
    ":",
    "::",
    "?",
    "=",
    "==",
    "+",
    "-",
    "*",
    "&",
    "&&",
    ".",
    "->",
    "#",
    "##",
    "\\\n",
    "\n#define ",
    "\n#if ",
    "\n#endif\n",
    "\n#include ",
    "//",
    "/*",
    "*/",
    "\"",
    "'",
    "template<",
    "typename ",
    "struct S",
    "operator",
    "auto ",
    "constexpr ",
    "threadgroup ",
    "device ",
    "const ",
    "float4",
    "T",
    "int ",
    "0x",
    "1e999f",
    "18446744073709551615",
    "0",
    "-1",
    "return ",
    "break;",
    "case ",
    "for(;;)",
    "if constexpr ",
    "this",
    "sizeof",
    "using ",
    "[&](auto q)",
];

impl Seeds {
    pub(crate) fn load() -> Seeds {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = Vec::new();
        for folder in ["kernels", "tests/kernels"] {
            collect(&root.join(folder), &mut files);
        }
        files.sort();
        let all: Vec<Case> = files
            .iter()
            .filter_map(|p| std::fs::read(p).ok())
            .map(|t| seed(&String::from_utf8_lossy(&t)))
            .collect();
        assert!(all.len() > 20, "the repository's kernels are not where they were");
        Seeds { all }
    }

    /// Case `number`: a seed, or two spliced, damaged.
    pub(crate) fn damaged(&self, number: u64) -> Case {
        let mut random = Random::new(number ^ 0x5eed);
        let mut case = self.all[random.below(self.all.len())].clone();
        if random.chance(30) {
            splice(&mut random, &mut case, &self.all[number as usize % self.all.len()]);
        }
        damage(&mut random, &mut case);
        case
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "metal") {
            files.push(path);
        }
    }
}

/// A case from a `.metal` file with directives, read loosely: what is not understood is f32 of rank 1.
fn seed(text: &str) -> Case {
    let mut case = Case::default();
    case.signature.name = "fuzz".into();
    let mut in_header = false;
    for line in text.lines() {
        let directive =
            line.trim_start().trim_start_matches("//").trim_start().strip_prefix("ember:").map(str::trim);
        match directive {
            Some("[header]") => in_header = true,
            Some("[body]") => in_header = false,
            Some(directive) => declare(&mut case.signature, directive),
            None => {
                let part = if in_header { &mut case.header } else { &mut case.body };
                part.push_str(line);
                part.push('\n');
            }
        }
    }
    case
}

fn declare(signature: &mut Signature, directive: &str) {
    let Some((word, rest)) = directive.split_once(' ') else { return };
    let Some((name, value)) = rest.split_once('=') else { return };
    let (name, value) = (name.trim().to_string(), value.trim());
    let typed = value.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let dtype = typed.parse().unwrap_or(DType::F32);
    match word {
        "input" => {
            let dims = value.split_once('(').and_then(|(_, r)| r.split_once(')')).map(|(d, _)| d.trim());
            let number = value.parse::<f32>().is_ok()
                || value.split_once(':').is_some_and(|(_, v)| v.parse::<f32>().is_ok());
            let ndim = match dims {
                Some("") => 0,
                Some(dims) => dims.split(',').count(),
                None => usize::from(!number),
            };
            signature.inputs.push(InputParam { name, dtype, ndim, size: if ndim == 0 { 1 } else { 64 } });
        }
        "output" => signature.outputs.push(OutputParam { name, dtype }),
        "template" => {
            let value = match value {
                "true" | "false" => TemplateValue::Bool(value == "true"),
                _ => value.parse().map_or_else(
                    |_| typed.parse().map_or(TemplateValue::Int(4), TemplateValue::Type),
                    TemplateValue::Int,
                ),
            };
            signature.template.push((name, value));
        }
        _ => {}
    }
}

/// Lines, each with its end.
pub(crate) fn chunks(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Words, numbers, spaces and single marks: everything of the text, in order.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => 1,
        ' ' | '\t' => 2,
        _ => 0,
    };
    let mut list = Vec::new();
    let mut start = 0;
    let mut before = 0;
    for (at, c) in text.char_indices() {
        let now = class(c);
        if at > start && (now != before || now == 0) {
            list.push(&text[start..at]);
            start = at;
        }
        before = now;
    }
    if start < text.len() {
        list.push(&text[start..]);
    }
    list
}

/// Puts a part of `other` into `case`, with the arrays that it needs.
fn splice(random: &mut Random, case: &mut Case, other: &Case) {
    let (a, b) = (chunks(&case.body), chunks(&other.body));
    let (cut, from) = (random.below(a.len()), random.below(b.len()));
    let to = from + random.below(b.len() - from) + 1;
    let tail = if random.chance(50) { &a[cut..] } else { &[] };
    let body = [&a[..cut], &b[from..to.min(b.len())], tail].concat().concat();
    case.body = body;
    if random.chance(70) {
        case.header = if random.chance(50) {
            format!("{}{}", case.header, other.header)
        } else {
            format!("{}{}", other.header, case.header)
        };
    }
    let s = &mut case.signature;
    let taken: Vec<String> = (s.inputs.iter().map(|i| &i.name))
        .chain(s.outputs.iter().map(|o| &o.name))
        .chain(s.template.iter().map(|t| &t.0))
        .cloned()
        .collect();
    let o = &other.signature;
    s.inputs.extend(o.inputs.iter().filter(|i| !taken.contains(&i.name)).cloned());
    s.outputs.extend(o.outputs.iter().filter(|i| !taken.contains(&i.name)).cloned());
    s.template.extend(o.template.iter().filter(|i| !taken.contains(&i.0)).cloned());
}

/// Changes tokens, lines, bytes or types of a case.
pub(crate) fn damage(random: &mut Random, case: &mut Case) {
    for _ in 0..1 + random.below(4) {
        let header = random.chance(40) && !case.header.is_empty();
        let text = if header { &mut case.header } else { &mut case.body };
        match random.below(10) {
            0 => *text = bytes(random, text),
            1 | 2 => *text = shuffled(random, &chunks(text)),
            3 => retype(random, &mut case.signature),
            _ => *text = shuffled(random, &pieces(text)),
        }
    }
}

/// One thing done to a list of parts.
fn shuffled(random: &mut Random, list: &[&str]) -> String {
    let mut list = list.to_vec();
    if list.is_empty() {
        return random.pick(&WORDS).to_string();
    }
    let (a, b) = (random.below(list.len()), random.below(list.len()));
    match random.below(8) {
        0 => drop(list.remove(a)),
        1 => list.insert(a, list[b]),
        2 => list.swap(a, b),
        3 => list[a] = list[b],
        4 => list.insert(a, random.pick(&WORDS)),
        5 => list[a] = random.pick(&WORDS),
        6 => drop(list.drain(a..(a + 1 + random.below(12)).min(list.len()))),
        _ => {
            let copied = list[a..(a + 1 + random.below(12)).min(list.len())].to_vec();
            list.splice(b..b, copied);
        }
    }
    list.concat()
}

fn bytes(random: &mut Random, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + random.below(6) {
        let at = random.below(bytes.len());
        match (random.below(4), bytes.is_empty()) {
            (0, false) => bytes[at] = random.bits() as u8,
            (1, false) => bytes[at] ^= 1 << random.below(8),
            (2, false) => bytes.truncate(bytes.len() - at / 8),
            _ => bytes.insert(at, random.bits() as u8),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn retype(random: &mut Random, signature: &mut Signature) {
    let dtype = *random.pick(&DType::ALL.each_ref());
    let (inputs, outputs) = (signature.inputs.len(), signature.outputs.len());
    match random.below(4) {
        0 if inputs > 0 => signature.inputs[random.below(inputs)].dtype = dtype,
        1 if inputs > 0 => {
            let ndim = random.below(4);
            let input = &mut signature.inputs[random.below(inputs)];
            (input.ndim, input.size) = (ndim, if ndim == 0 { 1 } else { 1 + random.below(16) });
        }
        2 if outputs > 0 => signature.outputs[random.below(outputs)].dtype = dtype,
        _ => signature.atomic_outputs ^= true,
    }
}
