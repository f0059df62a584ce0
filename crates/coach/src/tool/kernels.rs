//! The kernels of a Python file, for `ember kernel list` and `ember kernel check`: the same pairing of definitions with
//! calls that the rules use.

use std::fmt::Write as _;
use std::path::Path;

use ruff_python_ast::PySourceType;
use ruff_python_parser::parse_unchecked_source;
use ruff_source_file::LineIndex;
use serde_json::{Value, json};

use super::report::Report;
use super::{human, machine};
use crate::engine;
use crate::finding::Severity;
use crate::kernel::Kernel;
use crate::kernel::spec::{Dim, Template};
use crate::lint::lint;
use crate::rules::{self, Rule};
use emberforge_msl::TemplateValue;

/// What a command about kernels prints, and whether it found errors.
pub struct Outcome {
    /// The text for standard output.
    pub text: String,
    /// There are findings of severity error.
    pub failed: bool,
}

/// The kernels of a file with their inputs, outputs and launches.
pub fn list_kernels(path: &Path, as_json: bool) -> Result<Outcome, String> {
    let (shown, source) = read(path)?;
    let index = LineIndex::from_source_text(&source);
    let parsed = parse_unchecked_source(&source, PySourceType::Python);
    if let Some(e) = parsed.errors().first() {
        let at = index.line_column(e.location.start(), &source);
        return Err(format!("{shown}:{}:{}: does not parse: {}", at.line, at.column, e.error));
    }
    let kernels = engine::kernels(&shown, &source, parsed.suite());
    let line = |at| index.line_index(at).get();
    let text = if as_json {
        let list: Vec<Value> = kernels.iter().map(|k| describe(k, &line)).collect();
        format!("{:#}\n", json!({ "file": shown, "kernels": list }))
    } else {
        let mut text = String::new();
        for k in &kernels {
            write_kernel(&mut text, &shown, k, &line);
        }
        let n = kernels.len();
        let _ = writeln!(text, "{n} kernel{} in {shown}", if n == 1 { "" } else { "s" });
        text
    };
    Ok(Outcome { text, failed: false })
}

/// The findings about the kernels of a file.
pub fn check_kernels(path: &Path, as_json: bool) -> Result<Outcome, String> {
    let (shown, source) = read(path)?;
    let of_kernels = |r: &&Rule| matches!(r.family(), "KRN" | "MSL") && r.profile == rules::Profile::Default;
    let rules: Vec<&'static Rule> = rules::all().iter().copied().filter(of_kernels).collect();
    let linted = lint(&shown, &source, &rules);
    let mut report = Report::empty(&shown, source, None, false);
    if let Some(p) = linted.problems.first() {
        return Err(format!("{}: does not parse: {}", report.location(p.range.start()), p.message));
    }
    report.findings = linted.findings;
    report.findings.retain(|f| f.sure >= engine::Sure::Likely);
    report.suppressed = linted.suppressed;
    let failed = report.findings.iter().any(|f| f.severity == Severity::Error);
    let reports = [report];
    let text = match as_json {
        true => machine::render(super::args::Format::Json, &reports, &rules),
        false => human::full(&reports, false),
    };
    Ok(Outcome { text, failed })
}

fn read(path: &Path) -> Result<(String, String), String> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| format!("{shown}: {e}"))?;
    let source = String::from_utf8(bytes).map_err(|_| format!("{shown}: not UTF-8 text"))?;
    Ok((shown, source.strip_prefix('\u{feff}').map_or(source.clone(), str::to_owned)))
}

fn extents(dims: Option<&Vec<Option<i64>>>) -> String {
    match dims {
        None => "(?)".to_owned(),
        Some(dims) => {
            let list: Vec<String> =
                dims.iter().map(|d| d.map_or("?".to_owned(), |d| d.to_string())).collect();
            format!("({})", list.join(", "))
        }
    }
}

fn dim(d: Dim) -> String {
    match d {
        Dim::Known(n) => n.to_string(),
        Dim::RoundedUp => "rounded up".to_owned(),
        Dim::Unknown => "?".to_owned(),
    }
}

fn template(t: Template) -> String {
    match t {
        Template::Value(TemplateValue::Type(d)) => d.name().to_owned(),
        Template::Value(TemplateValue::Int(i)) => i.to_string(),
        Template::Value(TemplateValue::Bool(b)) => b.to_string(),
        Template::Type => "a dtype".to_owned(),
        Template::Int => "an integer".to_owned(),
        Template::Bool => "true or false".to_owned(),
        Template::Unknown => "?".to_owned(),
    }
}

type Array<'k> = (&'k str, Option<emberforge_base::DType>, Option<&'k Vec<Option<i64>>>);

fn arrays(k: &Kernel) -> (Vec<Array<'_>>, Vec<Array<'_>>) {
    let inputs = k.spec.inputs.iter().map(|i| (i.name.as_str(), i.dtype, i.dims.as_ref())).collect();
    let outputs = k.spec.outputs.iter().map(|o| (o.name.as_str(), o.dtype, o.dims.as_ref())).collect();
    (inputs, outputs)
}

fn write_kernel(out: &mut String, shown: &str, k: &Kernel, line: &dyn Fn(ruff_text_size::TextSize) -> usize) {
    let name = if k.spec.name.is_empty() { "?" } else { &k.spec.name };
    let _ = writeln!(out, "{} ({shown}:{})", name.replace('\u{0}', "?"), line(k.spec.def.start()));
    let (inputs, outputs) = arrays(k);
    for (word, list) in [("input", inputs), ("output", outputs)] {
        for (name, dtype, dims) in list {
            let dtype = dtype.map_or("?", |d| d.name());
            let _ = writeln!(out, "  {word:<9} {name}: {dtype}{}", extents(dims));
        }
    }
    for (name, value) in &k.spec.template {
        let _ = writeln!(out, "  template  {name} = {}", template(*value));
    }
    match (&k.spec.launch, k.spec.call) {
        (Some(launch), Some(call)) => {
            let list = |d: [Dim; 3]| d.map(dim).join(", ");
            let _ = writeln!(
                out,
                "  launched  line {}: grid ({}), threadgroup ({})",
                line(call.start()),
                list(launch.grid),
                list(launch.threadgroup)
            );
        }
        _ => out.push_str("  launched  not in this file\n"),
    }
    if let Some(why) = k.unexamined() {
        let _ = writeln!(out, "  not examined: {why}");
    }
}

fn describe(k: &Kernel, line: &dyn Fn(ruff_text_size::TextSize) -> usize) -> Value {
    let array = |(name, dtype, dims): Array<'_>| json!({ "name": name, "dtype": dtype.map(|d| d.name()), "shape": dims });
    let (inputs, outputs) = arrays(k);
    let launch = k.spec.launch.as_ref().zip(k.spec.call).map(|(l, call)| {
        json!({
            "line": line(call.start()),
            "grid": l.grid.map(Dim::known),
            "grid_rounded_up": l.grid.contains(&Dim::RoundedUp),
            "threadgroup": l.threadgroup.map(Dim::known),
            "init_value": l.init,
        })
    });
    json!({
        "name": k.spec.name.replace('\u{0}', "?"),
        "line": line(k.spec.def.start()),
        "inputs": inputs.into_iter().map(array).collect::<Vec<_>>(),
        "outputs": outputs.into_iter().map(array).collect::<Vec<_>>(),
        "template": k.spec.template.iter().map(|(n, v)| json!({ "name": n, "value": template(*v) })).collect::<Vec<_>>(),
        "launch": launch,
        "not_examined": k.unexamined(),
    })
}
