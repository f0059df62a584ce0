//! The codes of the guide and of the original linters, triggered exactly as they were.
//!
//! There were two generations: the guide names the second one's codes (`guide`), the tool that
//! survived has the first one's (`original`). Both are purely syntactic. Nothing here asks what a
//! value is; the other rules do that. Their pages say what measurement says of them.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::finding::{Finding, Sink};
use crate::rules::{Profile, Rule};

/// Functions whose positional literals the first generation reported.
const FIRST_CALLS: [&str; 29] = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "power",
    "pow",
    "tanh",
    "sigmoid",
    "gelu",
    "erf",
    "exp",
    "log",
    "maximum",
    "minimum",
    "sin",
    "cos",
    "sqrt",
    "rsqrt",
    "relu",
    "silu",
    "softmax",
    "matmul",
    "einsum",
    "pad",
    "roll",
    "stack",
    "concatenate",
    "clip",
    "where",
];
/// The second generation's.
const SECOND_CALLS: [&str; 8] = ["add", "subtract", "multiply", "divide", "power", "pow", "matmul", "einsum"];
const NUMPY_FFT: [&str; 5] = ["fft", "rfft", "irfft", "fftn", "irfftn"];
const DUNDERS: [&str; 4] = ["__array__", "__float__", "__int__", "__index__"];

/// Whether a code belongs to the original linters.
pub(crate) fn is_legacy(code: &str) -> bool {
    code.contains('-')
}

/// Runs the original checks that are among the rules.
pub(crate) fn check(body: &[Stmt], rules: &[&'static Rule]) -> Vec<Finding> {
    let rules: Vec<&'static Rule> = rules
        .iter()
        .copied()
        .filter(|r| matches!(r.profile, Profile::Guide | Profile::Original | Profile::Both))
        .collect();
    let second = rules.iter().any(|r| r.profile == Profile::Guide);
    let mut look =
        Look { rules, second, torch: None, mlx: None, numpy: None, indexing: 0, sink: Sink::default() };
    let mut aliases = Aliases(&mut look);
    aliases.visit_body(body);
    look.visit_body(body);
    look.sink.findings
}

struct Look {
    rules: Vec<&'static Rule>,
    second: bool,
    torch: Option<String>,
    mlx: Option<String>,
    numpy: Option<String>,
    indexing: u32,
    sink: Sink,
}

/// Finds the names that stand for torch, mlx and numpy; the last import wins.
struct Aliases<'x>(&'x mut Look);

impl<'a> Visitor<'a> for Aliases<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(s) => {
                for alias in &s.names {
                    let bound = alias.asname.as_ref().map(|a| a.as_str().to_owned());
                    match alias.name.as_str() {
                        "torch" => self.0.torch = Some(bound.unwrap_or_else(|| "torch".to_owned())),
                        "mlx.core" => self.0.mlx = Some(bound.unwrap_or_else(|| "mx".to_owned())),
                        "mlx" => self.0.mlx = Some(bound.unwrap_or_else(|| "mlx".to_owned())),
                        "numpy" => self.0.numpy = Some(bound.unwrap_or_else(|| "np".to_owned())),
                        _ => {}
                    }
                }
            }
            Stmt::ImportFrom(s) => {
                let module = s.module.as_ref().map_or("", |m| m.as_str());
                match module.split('.').next() {
                    Some("torch") => self.0.torch = Some("torch".to_owned()),
                    Some("mlx") => self.0.mlx = Some("mx".to_owned()),
                    Some("numpy") => self.0.numpy = Some("np".to_owned()),
                    _ => {}
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }
}

fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::NumberLiteral(n) => !matches!(n.value, ast::Number::Complex { .. }),
        Expr::BooleanLiteral(_) => true,
        _ => false,
    }
}

impl Look {
    fn report(&mut self, code: &str, range: TextRange, message: &str) {
        if let Some(rule) = self.rules.iter().find(|r| r.code == code) {
            self.sink.report(rule, range, message);
        }
    }

    fn is_tracked(&self, name: &str) -> bool {
        self.torch.as_deref() == Some(name) || self.mlx.as_deref() == Some(name)
    }

    fn call(&mut self, c: &ast::ExprCall) {
        let range = c.range();
        if let Expr::Name(f) = c.func.as_ref()
            && matches!(f.id.as_str(), "float" | "int")
        {
            self.report(
                "NUM-CAST-STRICT",
                range,
                "a conversion to a Python number; on an array it waits for the device",
            );
            self.report(
                "CAST-001",
                range,
                "a conversion to a Python number; on an array it waits for the device",
            );
        }
        let Expr::Attribute(a) = c.func.as_ref() else { return };
        let attr = a.attr.as_str();
        match attr {
            "item" => {
                self.report(
                    "NUM-ITEM-001",
                    range,
                    "`.item()` evaluates and waits; fine once per step, an error under compile",
                );
                self.report(
                    "GRAPH-BREAK-001",
                    range,
                    "`.item()` evaluates and waits; fine once per step, an error under compile",
                );
            }
            "numpy" => {
                self.report("NUM-NP-002", range, "`.numpy()` copies to the host");
                self.report("GRAPH-BREAK-001", range, "`.numpy()` copies to the host");
            }
            "cpu" | "to" => {
                self.report("DEV-HOP-001", range, "may move between devices, or cast a dtype");
                self.report("DEVICE-HOP-001", range, "may move between devices, or cast a dtype");
            }
            _ if DUNDERS.contains(&attr) => {
                self.report("NUM-DUNDER-001", range, "an explicit conversion by a special method");
            }
            _ => {}
        }
        self.module_call(c, a, attr);
    }

    /// Calls of `<alias>.f` and `<alias>.fft.f`.
    fn module_call(&mut self, c: &ast::ExprCall, a: &ast::ExprAttribute, attr: &str) {
        let range = c.range();
        match a.value.as_ref() {
            Expr::Name(n) if self.is_tracked(n.id.as_str()) => {
                for arg in c.arguments.args.iter().filter(|e| is_number(e)) {
                    if self.indexing > 0 {
                        break;
                    }
                    if FIRST_CALLS.contains(&attr) {
                        self.report(
                            "OPS-CALL-SCALAR-STRICT",
                            arg.range(),
                            "a number among the arguments; it is weak and costs nothing",
                        );
                    }
                    if SECOND_CALLS.contains(&attr) {
                        self.report(
                            "PYTHON-SCALAR-001",
                            arg.range(),
                            "a number among the arguments; it is weak and costs nothing",
                        );
                    }
                }
                let mlx = self.mlx.as_deref() == Some(n.id.as_str());
                if mlx
                    && attr == "array"
                    && c.arguments.args.first().is_some_and(is_number)
                    && c.arguments.find_keyword("dtype").is_none()
                {
                    self.report("SCALAR-DTYPE-REQUIRED", range, "an array of one number without a dtype; say `dtype=x.dtype`, or use the number itself");
                }
            }
            Expr::Name(n) if self.numpy.as_deref() == Some(n.id.as_str()) && NUMPY_FFT.contains(&attr) => {
                self.report("FFT-DTYPE-001", range, "NumPy's FFT works in double precision before NumPy 2");
                self.report("NUMPY-FFT-001", range, "NumPy's FFT works in double precision before NumPy 2");
            }
            Expr::Attribute(inner) => {
                let Expr::Name(n) = inner.value.as_ref() else { return };
                if !self.is_tracked(n.id.as_str()) {
                    return;
                }
                if inner.attr.as_str() == "fast" && attr == "metal_kernel" {
                    self.report(
                        "MLX-METAL-KERNEL-001",
                        range,
                        "a kernel: body only, built once, and the grid counts threads",
                    );
                }
                if inner.attr.as_str() == "fft" {
                    self.fft_call(c, attr);
                }
            }
            _ => {}
        }
    }

    fn fft_call(&mut self, c: &ast::ExprCall, attr: &str) {
        let range = c.range();
        let norm = c.arguments.find_keyword("norm").and_then(|k| match &k.value {
            Expr::StringLiteral(s) => Some(s.value.to_str()),
            _ => None,
        });
        match (attr, norm) {
            ("rfft", _) => self.report(
                "FFT-NORM-001",
                range,
                "exactly one factor 1/n belongs to a transform and its inverse",
            ),
            ("irfft", Some("forward")) => {
                self.report("FFT-NORM-002", range, "this inverse does not scale; the transform must")
            }
            ("irfft", _) if self.second => {
                self.report("FFT-NORM-002", range, "this inverse scales; the transform must not")
            }
            ("irfft", Some("backward")) => {
                self.report("FFT-NORM-003", range, "this inverse divides by n; do not divide before")
            }
            _ => {}
        }
    }

    fn assigned(&mut self, value: &Expr, range: TextRange) {
        if is_number(value) {
            self.report("ASSIGN-SCALAR-STRICT", range, "a Python number is assigned; this costs nothing");
            self.report("ASSIGN-SCALAR-001", range, "a Python number is assigned; this costs nothing");
        } else if let Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) =
            value
            && elts.iter().any(is_number)
        {
            self.report("ASSIGN-SCALAR-STRICT", range, "a Python number is assigned; this costs nothing");
        }
    }
}

impl<'a> Visitor<'a> for Look {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(s) => self.assigned(&s.value, s.range),
            Stmt::AnnAssign(s) => {
                if let Some(value) = &s.value {
                    self.assigned(value, s.range);
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Subscript(_) => {
                self.indexing += 1;
                walk_expr(self, expr);
                self.indexing -= 1;
                return;
            }
            Expr::BinOp(b) if self.indexing == 0 && (is_number(&b.left) || is_number(&b.right)) => {
                self.report(
                    "OPS-SCALAR-STRICT",
                    b.range,
                    "an operator with a number; it is weak, keeps the dtype and costs nothing",
                );
                self.report(
                    "PYTHON-SCALAR-002",
                    b.range,
                    "an operator with a number; it is weak, keeps the dtype and costs nothing",
                );
            }
            Expr::Call(c) => self.call(c),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
