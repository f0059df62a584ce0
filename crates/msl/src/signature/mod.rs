//! The complete Metal source of a kernel: what MLX 0.32.4 generates, byte for byte where that is right.
//!
//! The parameters are listed first and printed once. Where our text differs from MLX's:
//!
//! | # | MLX 0.32.4 | here |
//! |---|---|---|
//! | 1 | with two outputs or more, `x_shape` or the like and no thread attribute, the first output already closes the parameter list: a syntax error | the last parameter closes it |
//! | 2 | `x_shape`, `x_strides`, `x_ndim` of a 0-d `x` are never parameters: an undeclared name for the Metal compiler | the same text; the front end says which name and why |
//! | 3 | a parameter is added where its name occurs anywhere in the body's text: in a comment or string, in a longer word (`max_shape` for an input `x`, `xx_shape` for inputs `x` and `xx`), as a variable of the body's own (a redefinition) | only where the body names it and does not declare it |
//! | 4 | names are searched in the body only: an attribute or `x_shape` that reaches the body through a macro of the header is missing, one in a comment is added | names are those of the preprocessed body |
//! | 5 | non-ASCII text reaches the driver as ASCII | the text is UTF-8; the launcher decides |
//! | 6 | names, sizes and template arguments are not checked | they are checked before a signature is made |
//! | 7 | small inputs at an odd offset of a larger buffer may be misaligned in `constant` | a launcher's matter; the text is the same |
//! | 8 | a header whose last line is a comment or directive without a newline swallows the next line | a newline is added there, and nowhere else |
//!
//! A longer attribute also contains shorter names (`dispatch_threads_per_threadgroup` contains
//! `threads_per_threadgroup`): MLX then adds both, which is case 3.

use crate::facts::Facts;
use crate::request::{InputParam, OutputParam, Signature, TemplateValue};
use std::fmt::Write;

/// Inputs of fewer elements lie in `constant` memory.
const SMALL: usize = 8;

/// The kernel's name in the Metal source: `custom_kernel_NAME`, then the template arguments, then the types of the
/// inputs (`s` marks 0-d ones, `c` small ones) and outputs.
pub fn kernel_name(signature: &Signature) -> String {
    let mut name = format!("custom_kernel_{}", signature.name);
    if !signature.template.is_empty() {
        // `<float, 1, -3>` with `_` for `<`, `, ` and `-`; the `>` is dropped.
        name.push_str("__");
        name.push_str(&template_arguments(signature).replace(", ", "_").replace('-', "_"));
    }
    for input in &signature.inputs {
        name.push('_');
        name.push_str(input.dtype.metal_name());
        name.push_str(match input.ndim {
            0 => "s",
            _ if input.size < SMALL => "c",
            _ => "",
        });
    }
    for output in &signature.outputs {
        name.push('_');
        name.push_str(output.dtype.metal_name());
    }
    name
}

/// The complete source: header, template line, signature, body and explicit instantiation.
pub fn metal_source(signature: &Signature, facts: &Facts, header: &str, body: &str) -> String {
    let name = kernel_name(signature);
    let mut text = String::with_capacity(header.len() + body.len() + 1024);
    text.push_str(header);
    if swallows_next_line(header) {
        text.push('\n');
    }
    if !signature.template.is_empty() {
        text.push_str("template <");
        for (i, (parameter, value)) in signature.template.iter().enumerate() {
            let kind = match value {
                TemplateValue::Type(_) => "typename",
                TemplateValue::Int(_) => "int",
                TemplateValue::Bool(_) => "bool",
            };
            let comma = if i == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}{kind} {parameter}");
        }
        text.push_str(">\n");
    }
    let _ = writeln!(text, "[[kernel]] void {name}(");
    let list = parameters(signature, facts);
    for (i, parameter) in list.iter().enumerate() {
        let end = if i + 1 == list.len() { ") {\n" } else { ",\n" };
        let _ = write!(text, "  {parameter}{end}");
    }
    if list.is_empty() {
        text.push_str(") {\n");
    }
    text.push_str(body);
    text.push_str("\n}\n");
    if !signature.template.is_empty() {
        let instance = format!("{name}<{}>", template_arguments(signature));
        let _ = writeln!(
            text,
            "\ntemplate [[host_name(\"{name}\")]] [[kernel]] decltype({instance}) {instance};"
        );
    }
    text
}

/// The header's last line has no end, and is a directive or has a comment.
fn swallows_next_line(header: &str) -> bool {
    let last = header.rsplit('\n').next().unwrap_or("");
    last.trim_start().starts_with('#') || last.contains("//")
}

/// Every parameter of the kernel, in order, without what separates them.
fn parameters(signature: &Signature, facts: &Facts) -> Vec<String> {
    let mut list = Vec::new();
    let buffer = |list: &mut Vec<String>, declaration: String| {
        let index = list.len();
        list.push(format!("{declaration} [[buffer({index})]]"));
    };
    for (i, input) in signature.inputs.iter().enumerate() {
        buffer(&mut list, input_declaration(input));
        let used = facts.inputs.get(i).copied().unwrap_or_default();
        let name = &input.name;
        if used.shape {
            buffer(&mut list, format!("const constant int* {name}_shape"));
        }
        if used.strides {
            buffer(&mut list, format!("const constant int64_t* {name}_strides"));
        }
        if used.ndim {
            buffer(&mut list, format!("const constant int& {name}_ndim"));
        }
    }
    for output in &signature.outputs {
        buffer(&mut list, output_declaration(output, signature.atomic_outputs));
    }
    for (name, three) in &facts.attributes {
        let ty = if *three { "uint3" } else { "uint" };
        list.push(format!("{ty} {name} [[{name}]]"));
    }
    list
}

fn input_declaration(input: &InputParam) -> String {
    let space = if input.size < SMALL { "constant" } else { "device" };
    let indirection = if input.ndim == 0 { '&' } else { '*' };
    format!("const {space} {}{indirection} {}", input.dtype.metal_name(), input.name)
}

fn output_declaration(output: &OutputParam, atomic: bool) -> String {
    let ty = output.dtype.metal_name();
    match atomic {
        true => format!("device atomic<{ty}>* {}", output.name),
        false => format!("device {ty}* {}", output.name),
    }
}

/// The template arguments as Metal writes them: `float, 1, -3`.
fn template_arguments(signature: &Signature) -> String {
    let words = signature.template.iter().map(|(_, value)| match value {
        TemplateValue::Type(dtype) => dtype.metal_name().to_string(),
        TemplateValue::Int(i) => i.to_string(),
        TemplateValue::Bool(b) => u8::from(*b).to_string(),
    });
    words.collect::<Vec<_>>().join(", ")
}
