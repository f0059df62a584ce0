//! placeholder
use crate::finding::Finding;
use crate::rules::Rule;
use ruff_python_ast as ast;
/// x
pub(crate) fn check(_: &[ast::Stmt], _: &str, _: &[&'static Rule]) -> Vec<Finding> { Vec::new() }
/// x
pub(crate) fn is_legacy(_: &str) -> bool { false }
