//! From text to tree: preprocessor, lexer, parser.

pub mod ast;
