//! What must hold of any text.

use crate::driver::Case;
use emberforge_base::{Diagnostic, SourceId, Sources, Span, render};
use emberforge_ir as ir;
use emberforge_msl::syntax::{ParseOptions, parse, print_tree, tokens};
use emberforge_msl::{MathMode, TemplateValue, compile, signature};

/// The preprocessor's fuel is 400 000 steps per use of macros; a text also counts itself.
const MOST_TOKENS: usize = 1_000_000;
/// Findings of parsing and of lowering, at most, with one each that says that more were left out.
const MOST_FINDINGS: usize = 230;
/// Instructions, with room for what finishing a kernel adds.
const MOST_INSTRUCTIONS: usize = 1 << 19;

fn sources(case: &Case) -> (Sources, SourceId, SourceId) {
    let mut sources = Sources::new();
    let header = sources.add("header.metal", &*case.header);
    let body = sources.add_at_line("body.metal", &*case.body, 7);
    (sources, header, body)
}

/// The options that [`compile`] would parse with, without the prelude's names.
fn with_options<T>(case: &Case, f: impl FnOnce(&ParseOptions<'_>) -> T) -> T {
    let signature = &case.signature;
    let types = signature.template.iter().filter(|(_, v)| matches!(v, TemplateValue::Type(_)));
    let type_names: Vec<&str> = types.map(|(n, _)| &**n).collect();
    let arrays = signature.inputs.iter().map(|i| &*i.name).chain(signature.outputs.iter().map(|o| &*o.name));
    f(&ParseOptions {
        fast_math: signature.math_mode == MathMode::Fast,
        type_names: &type_names,
        template_names: &[],
        value_names: &arrays.collect::<Vec<_>>(),
    })
}

/// Tokens lie in their texts, and there are not too many.
pub(crate) fn preprocessor(case: &Case) -> Result<(), String> {
    let (sources, header, body) = sources(case);
    let list = with_options(case, |options| tokens(&sources, header, body, options));
    if list.len() > MOST_TOKENS {
        return Err(format!("{} tokens", list.len()));
    }
    list.iter().try_for_each(|(text, span)| inside(*span, &sources, &format!("the token `{text}`")))
}

/// The parser gives a printable tree and few, well-placed findings.
pub(crate) fn parser(case: &Case) -> Result<(), String> {
    let (sources, header, body) = sources(case);
    let parsed = with_options(case, |options| parse(&sources, header, body, options));
    findings(&parsed.diagnostics, &sources)?;
    for name in &parsed.body_names {
        inside(name.span, &sources, "a name")?;
    }
    for expansion in &parsed.expansions {
        inside(expansion.span, &sources, "an expansion")?;
        inside(expansion.definition.unwrap_or(expansion.span), &sources, "a macro")?;
    }
    let text = print_tree(&parsed.tree);
    let size = case.header.len() + case.body.len();
    if text.len() > (size + MOST_TOKENS) * 64 {
        return Err(format!("a tree of {} bytes from a text of {size}", text.len()));
    }
    Ok(())
}

/// A body compiles to a valid kernel whose text reads back, or there is an error.
pub(crate) fn pipeline(case: &Case) -> Result<(), String> {
    let (mut sources, header, body) = sources(case);
    let compiled = compile(&mut sources, header, body, &case.signature);
    findings(&compiled.diagnostics, &sources)?;
    let errors = compiled.diagnostics.iter().filter(|d| d.is_error()).count();
    let generated = signature::metal_source(&case.signature, &compiled.facts, &case.header, &case.body);
    if !generated.contains(&case.body) {
        return Err("the generated source lacks the body".into());
    }
    let Some(kernel) = &compiled.kernel else {
        return if errors == 0 { Err("neither a kernel nor an error".into()) } else { Ok(()) };
    };
    if errors > 0 {
        return Err("a kernel in spite of an error".into());
    }
    if let Some(problem) = ir::verify(kernel).first() {
        return Err(format!("the kernel is not valid: {problem}"));
    }
    if kernel.insts.len() > MOST_INSTRUCTIONS {
        return Err(format!("{} instructions", kernel.insts.len()));
    }
    if compiled.args.len() != kernel.buffers.len() {
        return Err(format!("{} arguments for {} buffers", compiled.args.len(), kernel.buffers.len()));
    }
    for inst in &kernel.insts {
        inside(inst.span, &sources, "an instruction")?;
    }
    let text = kernel.to_string();
    let again = ir::read(&text).map_err(|e| format!("the printed kernel cannot be read: {e}\n{text}"))?;
    if again.to_string() != text {
        return Err(format!("the kernel prints differently after reading\n{text}\n{again}"));
    }
    let exact = kernel.text_with_spans();
    let again = ir::read(&exact).map_err(|e| format!("the kernel with spans cannot be read: {e}"))?;
    if again != *kernel {
        return Err(format!("another kernel is read back\n{exact}"));
    }
    Ok(())
}

/// True when the case compiles without an error.
pub(crate) fn compiles(case: &Case) -> bool {
    let (mut sources, header, body) = sources(case);
    compile(&mut sources, header, body, &case.signature).kernel.is_some()
}

fn findings(list: &[Diagnostic], sources: &Sources) -> Result<(), String> {
    if list.len() > MOST_FINDINGS {
        return Err(format!("{} findings", list.len()));
    }
    for d in list {
        let what = || format!("[{}] {}", d.code, d.message);
        if d.code == "internal" {
            return Err(format!("{} {:?}", what(), d.notes));
        }
        if d.message.is_empty() {
            return Err(format!("a finding without words: {}", what()));
        }
        inside(d.primary.span, sources, &what())?;
        for label in &d.secondary {
            inside(label.span, sources, &what())?;
        }
        for (span, _) in d.suggestions.iter().flat_map(|s| &s.edits) {
            inside(*span, sources, &what())?;
        }
        for color in [false, true] {
            if !render(d, sources, color).contains(d.code) {
                return Err(format!("rendering lost the code of {}", what()));
            }
        }
    }
    Ok(())
}

/// A span lies in its text, between characters. (A span of an unknown text panics, which is a finding of its own.)
fn inside(span: Span, sources: &Sources, what: &str) -> Result<(), String> {
    let text = &sources.get(span.source).text;
    let (start, end) = (span.start as usize, span.end as usize);
    if start > end || !text.is_char_boundary(start) || !text.is_char_boundary(end) {
        return Err(format!("a span lies outside its text of {} bytes: {span:?} of {what}", text.len()));
    }
    Ok(())
}
