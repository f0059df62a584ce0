//! A `.metal` file cut into directives, header and body.

use super::carets::{self, Annotation};
use super::options::Options;
use emberforge_base::{Error, Result};

/// An expectation about a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expectation {
    pub(crate) text: String,
    /// First and last line in the file, one-based.
    pub(crate) lines: (usize, usize),
}

/// A part of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Its text.
    pub text: String,
    /// Lines above it in the file.
    pub lines_above: usize,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) options: Options,
    pub(crate) expectations: Vec<Expectation>,
    /// `expect failure: TEXT`.
    pub(crate) failure: Option<Expectation>,
    /// `expect error[code] at 3:4: message` and carets below lines.
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) header: Option<Section>,
    pub(crate) body: Section,
    /// One past the last directive line (zero-based line index), where new directives are inserted.
    pub(crate) directives_end: usize,
}

const MARK: &str = "// ember:";

/// Cuts a file into its parts; errors name the line.
pub(crate) fn parse(text: &str) -> Result<Parts> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut parts = Parts::default();
    let leading = lines
        .iter()
        .position(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//"))
        .unwrap_or(lines.len());
    let mut at = 0;
    let mut body_from = 0;
    while at < leading {
        let Some(directive) = directive(lines[at]) else {
            at += 1;
            continue;
        };
        let first = at;
        at += 1;
        if directive == "[header]" || directive == "[body]" {
            break;
        }
        let mut value = directive.to_string();
        // A directive goes on while brackets are open, and on comment lines indented by two blanks or more.
        while at < leading && self::directive(lines[at]).is_none() {
            let Some(more) = lines[at].trim().strip_prefix("//") else { break };
            if depth(&value) <= 0 && !more.starts_with("  ") {
                break;
            }
            value.push(' ');
            value.push_str(more.trim());
            at += 1;
        }
        parts.directive(&value, (first + 1, at)).map_err(|e| {
            Error::new(
                e.kind(),
                format!("line {}: `// ember: {}`: {e}", first + 1, crate::data::shorten(&value)),
            )
        })?;
        body_from = at;
        parts.directives_end = at;
    }
    let section = |from: usize, to: usize| Section { text: lines[from..to].concat(), lines_above: from };
    let marked = |name: &str| lines.iter().position(|l| directive(l) == Some(name));
    match (marked("[header]"), marked("[body]")) {
        (None, None) => parts.body = section(body_from, lines.len()),
        (None, Some(body)) => parts.body = section(body + 1, lines.len()),
        (Some(header), Some(body)) if header < body => {
            parts.header = Some(section(header + 1, body));
            parts.body = section(body + 1, lines.len());
        }
        (Some(header), _) => {
            return Err(Error::invalid(format!(
                "line {}: `// ember: [header]` opens a header that no `// ember: [body]` below it ends; add that line \
                 before the body",
                header + 1
            )));
        }
    }
    for (i, line) in lines.iter().enumerate().skip(leading.min(body_from.max(parts.body.lines_above))) {
        if let Some(word) = directive(line)
            && word != "[header]"
            && word != "[body]"
        {
            return Err(Error::invalid(format!(
                "line {}: `// ember: {}` stands below the first line of code; move it above",
                i + 1,
                crate::data::shorten(word)
            )));
        }
    }
    parts.annotations.extend(carets::read(&lines));
    Ok(parts)
}

/// The text after the mark.
fn directive(line: &str) -> Option<&str> {
    Some(line.trim().strip_prefix(MARK)?.trim())
}

/// Open brackets of a text.
fn depth(text: &str) -> i32 {
    text.chars().fold(0, |d, c| match c {
        '(' | '[' => d + 1,
        ')' | ']' => d - 1,
        _ => d,
    })
}

impl Parts {
    fn directive(&mut self, text: &str, lines: (usize, usize)) -> Result<()> {
        let (key, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let value = value.trim();
        let options = &mut self.options;
        let need = |what: &str| {
            if value.is_empty() {
                Err(Error::invalid(format!("it needs {what}")))
            } else {
                Ok(value.to_string())
            }
        };
        let named = || match value.split_once('=') {
            Some((name, value)) => (name.trim().to_string(), value.trim().to_string()),
            None => (value.to_string(), String::new()),
        };
        match key {
            "name" => options.name = Some(need("an identifier")?),
            "input" | "output" => {
                need("a name")?;
                let list = if key == "input" { &mut options.inputs } else { &mut options.outputs };
                let (name, value) = named();
                if list.iter().any(|(n, _)| *n == name) {
                    return Err(Error::invalid(format!("`{name}` is given twice; remove one of the lines")));
                }
                list.push((name, value));
            }
            "template" => {
                let (name, value) = named();
                if name.is_empty() || value.is_empty() {
                    return Err(Error::invalid("write `template NAME = VALUE`"));
                }
                options.template.push((name, value));
            }
            "grid" => options.grid = Some(need("extents: `grid X,Y,Z`, counted in threads")?),
            "threadgroup" => options.threadgroup = Some(need("extents: `threadgroup X,Y,Z`")?),
            "init" => options.init = Some(need("a number")?),
            "math" => options.math = Some(need("`safe`, `relaxed` or `fast`")?),
            "header" => options.header = Some(need("a file name")?),
            "let" => options.lets.push(need("`NAME = SIZE`")?),
            "bench" => options.bench.push(need("`NAME = SIZE`")?),
            "atomic" if value.is_empty() || value == "outputs" => options.atomic = true,
            "fuel" => {
                let fuel = value.replace('_', "").parse();
                options.fuel = Some(fuel.map_err(|_| Error::invalid("it needs a positive integer"))?);
            }
            "expect" => {
                let value = need("an expectation")?;
                if let Some(text) = value.strip_prefix("failure") {
                    let text = text.trim_start_matches(':').trim().to_string();
                    self.failure = Some(Expectation { text, lines });
                } else if let Some(annotation) = carets::read_directive(&value, lines)? {
                    self.annotations.push(annotation);
                } else {
                    self.expectations.push(Expectation { text: value, lines });
                }
            }
            _ => {
                return Err(Error::invalid(format!(
                    "`{key}` is not a directive; there are name, input, output, grid, threadgroup, template, init, \
                     math, header, atomic, let, bench, fuel, expect, [header] and [body]"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_cut_into_directives_header_and_body() {
        let text = "// What it does.\n// ember: let N = 3\n// ember: input x = f32:[1,\n//   2, 3]\n\
                    // ember: output y = f32(N)\n// ember: expect y = x\n\n// The body.\ny[0] = x[0];\n";
        let parts = parse(text).unwrap();
        assert_eq!(parts.options.inputs, [("x".into(), "f32:[1, 2, 3]".into())]);
        assert_eq!(parts.expectations[0].lines, (6, 6));
        assert_eq!(parts.body, Section { text: "\n// The body.\ny[0] = x[0];\n".into(), lines_above: 6 });

        let text = "// ember: output y\n// ember: [header]\nfloat f();\n// ember: [body]\ny[0] = f();\n";
        let parts = parse(text).unwrap();
        assert_eq!(parts.header, Some(Section { text: "float f();\n".into(), lines_above: 2 }));
        assert_eq!(parts.body, Section { text: "y[0] = f();\n".into(), lines_above: 4 });
    }

    #[test]
    fn wrong_directives_name_their_line() {
        let check = |text: &str, part: &str| {
            let error = parse(text).map(|_| ()).expect_err(text).to_string();
            assert!(error.contains(part), "{error}");
        };
        check("// ember: inputs x\n", "line 1: `// ember: inputs x`: `inputs` is not a directive");
        check("// ember: input x\n// ember: input x = 1\n", "line 2");
        check("y[0] = 1;\n// ember: grid 1\n", "line 2: `// ember: grid 1` stands below");
        check("// ember: [header]\nfloat f();\n", "no `// ember: [body]`");
    }
}
