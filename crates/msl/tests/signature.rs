//! The generated Metal source against what MLX 0.32.4 prints, and our text where MLX's is wrong.

use emberforge_base::{DType, Sources};
use emberforge_msl::facts::facts;
use emberforge_msl::signature::{kernel_name, metal_source};
use emberforge_msl::syntax::{ParseOptions, parse};
use emberforge_msl::{InputParam, OutputParam, Signature, TemplateValue};
use std::collections::HashSet;

fn input(name: &str, dtype: DType, shape: &[usize]) -> InputParam {
    InputParam { name: name.into(), dtype, ndim: shape.len(), size: shape.iter().product() }
}

fn output(name: &str, dtype: DType) -> OutputParam {
    OutputParam { name: name.into(), dtype }
}

/// The source of a body, its facts read from its own text.
fn generate(signature: &Signature, header: &str, body: &str) -> String {
    let mut sources = Sources::new();
    let (h, b) = (sources.add("<header>", header), sources.add("<body>", body));
    let parsed = parse(&sources, h, b, &ParseOptions::default());
    let names: HashSet<&str> = parsed.body_names.iter().map(|n| &*n.name).collect();
    let facts = facts(&names, &HashSet::new(), signature);
    metal_source(signature, &facts, header, body)
}

fn one(inputs: Vec<InputParam>, outputs: Vec<OutputParam>) -> Signature {
    Signature { name: "k".into(), inputs, outputs, ..Signature::default() }
}

#[test]
fn every_kind_of_parameter() {
    let mut signature = one(
        vec![
            input("x", DType::F32, &[16]),
            input("s", DType::F32, &[]),
            input("c", DType::BF16, &[3]),
            input("e", DType::F16, &[0]),
            input("e2", DType::Complex64, &[0, 3]),
            input("b", DType::Bool, &[]),
        ],
        vec![output("y", DType::I32), output("w", DType::U32)],
    );
    signature.atomic_outputs = true;
    signature.template = vec![
        ("T".into(), TemplateValue::Type(DType::F16)),
        ("N".into(), TemplateValue::Int(-3)),
        ("B".into(), TemplateValue::Bool(true)),
        ("C".into(), TemplateValue::Bool(false)),
        ("U".into(), TemplateValue::Type(DType::Complex64)),
        ("V".into(), TemplateValue::Type(DType::Bool)),
        ("W".into(), TemplateValue::Type(DType::U64)),
    ];
    let body = "uint i=thread_position_in_grid.x; y[i]=x_shape[0]+x_ndim+x_strides[0]+s_shape;";
    // Printed by MLX 0.32.4.
    let name = "custom_kernel_k__float16_t__3_1_0_complex64_t_bool_uint64_t_float_floats_bfloat16_tc_float16_tc_\
                complex64_tc_bools_int32_t_uint32_t";
    let args = "float16_t, -3, 1, 0, complex64_t, bool, uint64_t";
    let expected = format!(
        "// c
template <typename T, int N, bool B, bool C, typename U, typename V, typename W>
[[kernel]] void {name}(
  const device float* x [[buffer(0)]],
  const constant int* x_shape [[buffer(1)]],
  const constant int64_t* x_strides [[buffer(2)]],
  const constant int& x_ndim [[buffer(3)]],
  const constant float& s [[buffer(4)]],
  const constant bfloat16_t* c [[buffer(5)]],
  const constant float16_t* e [[buffer(6)]],
  const constant complex64_t* e2 [[buffer(7)]],
  const constant bool& b [[buffer(8)]],
  device atomic<int32_t>* y [[buffer(9)]],
  device atomic<uint32_t>* w [[buffer(10)]],
  uint3 thread_position_in_grid [[thread_position_in_grid]]) {{
{body}
}}

template [[host_name(\"{name}\")]] [[kernel]] decltype({name}<{args}>) {name}<{args}>;
"
    );
    assert_eq!(kernel_name(&signature), name);
    assert_eq!(generate(&signature, "// c\n", body), expected);
}

#[test]
fn without_attributes_or_inputs() {
    let mut signature = one(Vec::new(), vec![output("y", DType::F32)]);
    signature.template = vec![("N".into(), TemplateValue::Int(5))];
    let expected = "template <int N>
[[kernel]] void custom_kernel_k__5_float(
  device float* y [[buffer(0)]]) {
y[0]=1;
}

template [[host_name(\"custom_kernel_k__5_float\")]] [[kernel]] decltype(custom_kernel_k__5_float<5>) custom_kernel_k__5_float<5>;
";
    assert_eq!(generate(&signature, "", "y[0]=1;"), expected);
}

#[test]
fn the_last_parameter_closes_the_list() {
    // MLX closes it after `y` (difference 1).
    let signature =
        one(vec![input("x", DType::F32, &[16])], vec![output("y", DType::F32), output("w", DType::F32)]);
    let expected = "[[kernel]] void custom_kernel_k_float_float_float(
  const device float* x [[buffer(0)]],
  const constant int& x_ndim [[buffer(1)]],
  device float* y [[buffer(2)]],
  device float* w [[buffer(3)]]) {
y[0]=x_ndim; w[0]=1;
}
";
    assert_eq!(generate(&signature, "", "y[0]=x_ndim; w[0]=1;"), expected);
}

#[test]
fn names_count_where_the_body_uses_them() {
    // MLX adds `x_shape`, `threads_per_grid` and `threads_per_threadgroup` (difference 3).
    let signature = one(vec![input("x", DType::F32, &[16])], vec![output("y", DType::F32)]);
    let body = "// threads_per_grid\nint max_shape = 3; y[dispatch_threads_per_threadgroup.x] = max_shape;";
    let text = generate(&signature, "", body);
    let parameters = text.split(") {\n").next().unwrap();
    assert_eq!(
        parameters,
        "[[kernel]] void custom_kernel_k_float_float(
  const device float* x [[buffer(0)]],
  device float* y [[buffer(1)]],
  uint3 dispatch_threads_per_threadgroup [[dispatch_threads_per_threadgroup]]"
    );
}

#[test]
fn names_reach_the_body_through_macros() {
    // MLX does not see it (difference 4).
    let signature = one(vec![input("x", DType::F32, &[16])], vec![output("y", DType::F32)]);
    let text = generate(&signature, "#define TID thread_position_in_grid.x\n", "y[TID] = x[TID];");
    assert!(text.contains("  uint3 thread_position_in_grid [[thread_position_in_grid]]) {\n"), "{text}");
}

/// A JSON value, as far as the golden file uses them.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn get(&self, key: &str) -> &Json {
        match self {
            Json::Object(fields) => fields.iter().find(|f| f.0 == key).map_or(&Json::Null, |f| &f.1),
            _ => &Json::Null,
        }
    }

    fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            _ => &[],
        }
    }

    fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            _ => "",
        }
    }

    fn parse(text: &str) -> Json {
        let mut rest = text;
        let value = Json::value(&mut rest);
        assert!(rest.trim().is_empty(), "{rest}");
        value
    }

    fn value(rest: &mut &str) -> Json {
        *rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { panic!("the text ends early") };
        match first {
            '{' => Json::Object(Json::items(rest, '}', |rest| {
                let Json::Text(key) = Json::value(rest) else { panic!("a key is no string") };
                *rest = rest.trim_start().strip_prefix(':').expect("a colon");
                (key, Json::value(rest))
            })),
            '[' => Json::List(Json::items(rest, ']', Json::value)),
            '"' => Json::string(rest),
            _ => {
                let end = rest.find([',', ']', '}', '\n', ' ']).unwrap_or(rest.len());
                let (word, tail) = rest.split_at(end);
                *rest = tail;
                match word {
                    "null" => Json::Null,
                    "true" | "false" => Json::Bool(word == "true"),
                    number => Json::Number(number.parse().expect("a number")),
                }
            }
        }
    }

    fn items<T>(rest: &mut &str, close: char, read: impl Fn(&mut &str) -> T) -> Vec<T> {
        let mut list = Vec::new();
        *rest = &rest[1..];
        loop {
            *rest = rest.trim_start();
            if let Some(tail) = rest.strip_prefix(close) {
                *rest = tail;
                return list;
            }
            list.push(read(rest));
            *rest = rest.trim_start();
            *rest = rest.strip_prefix(',').unwrap_or(rest);
        }
    }

    fn string(rest: &mut &str) -> Json {
        let mut text = String::new();
        let mut chars = rest[1..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    *rest = &rest[1 + at + 1..];
                    return Json::Text(text);
                }
                '\\' => match chars.next().map(|c| c.1) {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some('u') => {
                        let hex: String = chars.by_ref().take(4).map(|c| c.1).collect();
                        let code = u32::from_str_radix(&hex, 16).expect("four hex digits");
                        text.push(char::from_u32(code).expect("no surrogate pairs here"));
                    }
                    Some(other) => text.push(other),
                    None => break,
                },
                c => text.push(c),
            }
        }
        panic!("a string does not end")
    }
}

/// The signature of a recorded case.
fn recorded(case: &Json) -> Signature {
    let dtype = |j: &Json| j.text().parse::<DType>().unwrap();
    let shape = |j: &Json| -> Vec<usize> {
        j.get("shape").list().iter().map(|d| if let Json::Number(n) = d { *n as usize } else { 0 }).collect()
    };
    let inputs = case.get("inputs").list().iter();
    let outputs = case.get("outputs").list().iter();
    let template = case.get("template").list().iter().map(|pair| {
        let value = match &pair.list()[1] {
            Json::Bool(b) => TemplateValue::Bool(*b),
            Json::Number(n) => TemplateValue::Int(i32::try_from(*n).unwrap()),
            other => TemplateValue::Type(dtype(other)),
        };
        (pair.list()[0].text().to_string(), value)
    });
    Signature {
        name: case.get("name").text().into(),
        inputs: inputs.map(|i| input(i.get("name").text(), dtype(i.get("dtype")), &shape(i))).collect(),
        outputs: outputs.map(|o| output(o.get("name").text(), dtype(o.get("dtype")))).collect(),
        template: template.collect(),
        atomic_outputs: *case.get("atomic_outputs") == Json::Bool(true),
        ..Signature::default()
    }
}

/// Where MLX's parameters are not right: the case, the number of the difference in the table of the module
/// `signature`, and our parameters.
const DIFFERENCES: &[(&str, u32, &[&str])] = &[
    (
        "shape in a comment",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device int32_t* out [[buffer(1)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "shape in the header",
        4,
        &[
            "const device float* x [[buffer(0)]]",
            "const constant int* x_shape [[buffer(1)]]",
            "device int32_t* out [[buffer(2)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "attribute dispatch_quadgroups_per_threadgroup",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device uint32_t* out [[buffer(1)]]",
            "uint dispatch_quadgroups_per_threadgroup [[dispatch_quadgroups_per_threadgroup]]",
        ],
    ),
    (
        "attribute dispatch_simdgroups_per_threadgroup",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device uint32_t* out [[buffer(1)]]",
            "uint dispatch_simdgroups_per_threadgroup [[dispatch_simdgroups_per_threadgroup]]",
        ],
    ),
    (
        "attribute dispatch_threads_per_threadgroup",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device uint32_t* out [[buffer(1)]]",
            "uint3 dispatch_threads_per_threadgroup [[dispatch_threads_per_threadgroup]]",
        ],
    ),
    (
        "bug 1: two outputs",
        1,
        &[
            "const device float* x [[buffer(0)]]",
            "const constant int* x_shape [[buffer(1)]]",
            "device int32_t* a [[buffer(2)]]",
            "device float* b [[buffer(3)]]",
        ],
    ),
    (
        "bug 1: three outputs, two parameters",
        1,
        &[
            "const device float* x [[buffer(0)]]",
            "const constant int* x_shape [[buffer(1)]]",
            "const constant int& x_ndim [[buffer(2)]]",
            "device int32_t* a [[buffer(3)]]",
            "device int32_t* b [[buffer(4)]]",
            "device float* c [[buffer(5)]]",
        ],
    ),
    (
        "bug 1: two inputs, atomic",
        1,
        &[
            "const device float* x [[buffer(0)]]",
            "const device float* y [[buffer(1)]]",
            "const constant int64_t* y_strides [[buffer(2)]]",
            "device atomic<int32_t>* a [[buffer(3)]]",
            "device atomic<int32_t>* b [[buffer(4)]]",
        ],
    ),
    (
        "bug 1: with a template",
        1,
        &[
            "const device float* x [[buffer(0)]]",
            "const constant int* x_shape [[buffer(1)]]",
            "device int32_t* a [[buffer(2)]]",
            "device float* b [[buffer(3)]]",
        ],
    ),
    (
        "bug 3: a local name",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device float* out [[buffer(1)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "bug 3: one input's name ends another's",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "const device float* xx [[buffer(1)]]",
            "const constant int* xx_shape [[buffer(2)]]",
            "device int32_t* out [[buffer(3)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "bug 3: longer on the right",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device int32_t* out [[buffer(1)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "bug 4: attribute in a comment",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device float* out [[buffer(1)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "bug 4: attribute in a block comment only",
        3,
        &["const device float* x [[buffer(0)]]", "device float* out [[buffer(1)]]"],
    ),
    (
        "bug 4: attribute in a longer identifier",
        3,
        &[
            "const device float* x [[buffer(0)]]",
            "device uint32_t* out [[buffer(1)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
    (
        "bug 4: attribute in the header only",
        4,
        &[
            "const device float* x [[buffer(0)]]",
            "device float* out [[buffer(1)]]",
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
        ],
    ),
];

/// Difference 8: a newline after this header.
const SWALLOWED: &str = "header ends in a comment without newline";

#[test]
fn recorded_texts_are_reproduced() {
    let golden = Json::parse(include_str!("../../../tests/golden/signatures.json"));
    let mut same = 0;
    let mut failures = String::new();
    for case in golden.list() {
        let name = case.get("case").text();
        let signature = recorded(case);
        let (expected, key) = (case.get("expected").text(), case.get("kernel_name").text());
        let text = generate(&signature, case.get("header").text(), case.get("source").text());
        if kernel_name(&signature) != key {
            failures.push_str(&format!("{name}: the name is {}, MLX's {key}\n", kernel_name(&signature)));
        }
        let (header, source) = (case.get("header").text(), case.get("source").text());
        let stated = match DIFFERENCES.iter().find(|d| d.0 == name) {
            Some((_, _, parameters)) => {
                let (before, after) = expected.split_once(source).expect("the body stands in the text");
                let (start, _) = before.split_once("(\n").expect("the parameters begin");
                format!("{start}(\n  {}) {{\n{source}{after}", parameters.join(",\n  "))
            }
            None if name == SWALLOWED => expected.replacen(header, &format!("{header}\n"), 1),
            None => expected.to_string(),
        };
        same += usize::from(stated == expected && text == expected);
        if text != stated {
            failures.push_str(&format!("--- {name}\nours:\n{text}\nstated:\n{stated}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(same >= 130, "only {same} texts are byte for byte those of MLX");
}
