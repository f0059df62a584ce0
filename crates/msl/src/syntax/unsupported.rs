//! Words of C++ that Metal or this front end does not have: each is named, with the way out.

use super::ast::AddressSpace;
use super::parser::Parser;
use super::token::Punct;
use emberforge_base::Diagnostic;

impl Parser<'_> {
    /// Reports a declaration's word of CUDA, OpenCL or HLSL that stands here, without consuming it; yields the address
    /// space that it means and whether it marks a kernel.
    pub(crate) fn foreign(&mut self) -> (Option<AddressSpace>, bool) {
        let token = self.here();
        let text = self.names.spelling(&token).to_string();
        let (language, space, way_out) = match &*text {
            "__shared__" => ("CUDA", Some(AddressSpace::Threadgroup), "write `threadgroup`"),
            "__constant__" => ("CUDA", Some(AddressSpace::Constant), "write `constant`"),
            "__global__" => ("CUDA", None, "the kernel's signature is generated: keep only its body"),
            "__local" => ("OpenCL", Some(AddressSpace::Threadgroup), "write `threadgroup`"),
            "__global" => ("OpenCL", Some(AddressSpace::Device), "write `device`"),
            "__private" => ("OpenCL", Some(AddressSpace::Thread), "write `thread`, or nothing"),
            "__kernel" => ("OpenCL", None, "the kernel's signature is generated: keep only its body"),
            "groupshared" => ("HLSL", Some(AddressSpace::Threadgroup), "write `threadgroup`"),
            _ => ("CUDA", None, "delete it: every function of the header runs on the GPU"),
        };
        let finding = Diagnostic::error(
            "foreign-word",
            token.span,
            format!("`{text}` is a word of {language}, not of Metal"),
        );
        let finding = match way_out.strip_prefix("write `").and_then(|w| w.split_once('`')) {
            Some((word, _)) => finding.suggest(way_out, vec![(token.span, word.to_string())]),
            None => finding.help(way_out),
        };
        self.remark(&token, finding);
        (space, text == "__global__" || text == "__kernel")
    }

    /// `def f(`: a function of Python.
    pub(crate) fn is_python_function(&self) -> bool {
        self.text_at(self.pos) == "def" && self.is_name_at(self.pos + 1) && self.peek(2).is(Punct::LParen)
    }

    /// Reports a function of Python and skips to the next `;`: its end cannot be seen in tokens.
    pub(crate) fn python_function(&mut self) {
        let token = self.here();
        let finding =
            Diagnostic::error("foreign-word", token.span, "`def` is a word of Python, not of Metal").help(
                "functions are written in C++ and stand in the header: `float f(float x) { return x; }`",
            );
        self.complain(&token, finding);
        while !self.is_eof() && !self.is(Punct::Semi) {
            self.bump();
        }
        self.eat(Punct::Semi);
        self.panicking = false;
    }

    /// Reports the refused word that stands here and skips what obviously belongs to it.
    pub(crate) fn refused(&mut self) {
        let token = self.bump();
        let text = self.names.spelling(&token).to_string();
        let (message, way_out) = match &*text {
            "goto" => ("`goto` is not supported".to_string(), "use a loop with `break`, or an `if`"),
            "asm" | "__asm__" | "__asm" => {
                ("inline assembly is not supported".to_string(), "use Metal's built-in functions")
            }
            "try" | "catch" | "throw" => {
                (format!("`{text}`: Metal has no exceptions"), "report errors through an output array")
            }
            "new" | "delete" => (
                format!("`{text}`: Metal has no dynamic memory"),
                "use an array of constant size, `threadgroup` memory, or an output array",
            ),
            "dynamic_cast" | "typeid" => (
                format!("`{text}`: Metal has no run-time type information"),
                "use `static_cast` or a template",
            ),
            "concept" | "requires" => {
                (format!("`{text}` is C++20, Metal is C++14"), "use `static_assert` or `enable_if_t`")
            }
            _ => (format!("`{text}`: Metal has no coroutines"), "write a loop"),
        };
        let finding = Diagnostic::error("unsupported-construct", token.span, message).help(way_out);
        self.complain(&token, finding);
        if text == "try" {
            while self.is(Punct::LBrace) || self.text_at(self.pos) == "catch" {
                if self.is(Punct::LBrace) {
                    self.skip_group();
                    continue;
                }
                self.bump();
                if self.is(Punct::LParen) {
                    self.skip_group();
                }
            }
            self.panicking = false;
        }
    }
}
