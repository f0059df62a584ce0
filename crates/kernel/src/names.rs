//! Which texts can name a kernel, a parameter or a template argument in the Metal source.

use crate::msl::facts::ATTRIBUTES;
use emberforge_base::{Error, Result};

/// Words that Metal keeps for itself: C++17's keywords, Metal's own, and the address spaces.
const KEYWORDS: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "compl",
    "const",
    "const_cast",
    "constant",
    "constexpr",
    "continue",
    "decltype",
    "default",
    "delete",
    "device",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "fragment",
    "friend",
    "goto",
    "half",
    "if",
    "inline",
    "int",
    "kernel",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread",
    "thread_local",
    "threadgroup",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "uchar",
    "uint",
    "ulong",
    "union",
    "unsigned",
    "ushort",
    "using",
    "vertex",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "bfloat",
    "size_t",
    "ptrdiff_t",
];

/// Checks that `name` can stand in the generated source as a `what` (`input name`, `output name`, ...).
pub(crate) fn check(what: &str, name: &str) -> Result<()> {
    check_word(what, name)?;
    if KEYWORDS.contains(&name) {
        return Err(Error::invalid(format!(
            "the {what} `{name}` is a keyword of Metal; choose another name, for example `{name}_`"
        )));
    }
    if ATTRIBUTES.iter().any(|(attribute, _)| *attribute == name) {
        return Err(Error::invalid(format!(
            "the {what} `{name}` is the name of a thread attribute, which a body that uses it gets as a parameter; \
             choose another name, for example `my_{name}`"
        )));
    }
    Ok(())
}

/// Checks that `name` can be part of an identifier: kernel names get a prefix, so that keywords do no harm there.
pub(crate) fn check_word(what: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid(format!("the {what} is empty; pass an identifier such as `my_kernel`")));
    }
    let mut chars = name.chars();
    let starts_well = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !starts_well || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(Error::invalid(format!(
            "the {what} `{name}` is not an identifier, and it is pasted into the generated source; use letters, \
             digits and `_`, for example `{}`",
            mend(name)
        )));
    }
    Ok(())
}

/// Checks that no name occurs twice.
pub(crate) fn check_distinct<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Err(Error::invalid(format!(
                "the {what} `{name}` is given twice; every name stands for one parameter, so rename one of them"
            )));
        }
        seen.push(name);
    }
    Ok(())
}

/// The identifier nearest to a text.
fn mend(name: &str) -> String {
    let mut out: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_names_are_named_with_a_way_out() {
        let text = |name| check("kernel name", name).unwrap_err().to_string();
        assert!(text("my-kernel").contains("for example `my_kernel`"));
        assert!(text("3d").contains("for example `_3d`"));
        assert!(text("").contains("is empty"));
        assert!(text("device").contains("keyword of Metal"));
        assert!(text("grid_size").contains("name of a thread attribute"));
        assert!(check("input name", "exp2_f32").is_ok());
        assert!(check_word("kernel name", "double").is_ok());
    }
}
