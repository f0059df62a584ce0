//! Words of C++ that Metal or this front end does not have: each is named, with the way out.

use super::parser::Parser;
use super::token::Punct;
use emberforge_base::Diagnostic;

impl Parser<'_> {
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
