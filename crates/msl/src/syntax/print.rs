//! Trees as indented text, for `--as tree` and tests.
//!
//! Statements and declarations take a line each, their parts are indented; expressions are written in prefix form:
//! `x = a + f(b)` is `(= x (+ a (call f b)))`.

use super::ast::*;
use std::fmt::Write;

/// The whole tree: the header's items, then the body's statements.
pub fn print_tree(tree: &Tree) -> String {
    let mut printer = Printer { out: String::new(), depth: 0 };
    if !tree.header.is_empty() {
        printer.line("header");
        printer.depth += 1;
        printer.items(&tree.header);
        printer.depth -= 1;
        printer.line("body");
        printer.depth += 1;
    }
    printer.stmts(&tree.body);
    printer.out
}

struct Printer {
    out: String,
    depth: usize,
}

impl Printer {
    fn line(&mut self, text: impl AsRef<str>) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    fn under(&mut self, print: impl FnOnce(&mut Self)) {
        self.depth += 1;
        print(self);
        self.depth -= 1;
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Variables(list) => {
                for variable in list {
                    let init = init_text(variable.init.as_ref());
                    self.line(format!("var {}: {}{init}", variable.name.name, ty(&variable.ty)));
                    self.lambdas(variable.init.as_ref());
                }
            }
            Item::Function(function) => self.function(function),
            Item::Struct(s) => self.structure(s),
            Item::Enum(e) => {
                let class = if e.scoped { "enum class" } else { "enum" };
                let under = e.underlying.as_ref().map_or(String::new(), |t| format!(": {}", ty(t)));
                self.line(format!("{class} {}{under}", e.name.name));
                self.under(|p| {
                    for (name, value) in &e.variants {
                        let value = value.as_ref().map_or(String::new(), |v| format!(" = {}", expr(v)));
                        p.line(format!("{}{value}", name.name));
                    }
                });
            }
            Item::Alias { name, template, ty: target } => {
                self.line(format!("alias {}{} = {}", template_text(template), name.name, ty(target)));
            }
            Item::Namespace { name, items } => {
                self.line(format!("namespace {}", name.name).trim_end());
                self.under(|p| p.items(items));
            }
            Item::UsingNamespace(path) => self.line(format!("using namespace {}", path_text(path))),
            Item::UsingName(path) => self.line(format!("using {}", path_text(path))),
            Item::StaticAssert(e, message) => {
                let message = message.as_ref().map_or(String::new(), |m| format!(" {m:?}"));
                self.line(format!("static_assert {}{message}", expr(e)));
            }
            Item::Nothing => self.line("nothing"),
            Item::Error => self.line("<error>"),
        }
    }

    fn function(&mut self, f: &Function) {
        let mut head = String::from("fn ");
        for (set, word) in
            [(f.is_kernel, "kernel "), (f.is_static, "static "), (f.is_constexpr, "constexpr ")]
        {
            head.push_str(if set { word } else { "" });
        }
        head.push_str(&template_text(&f.template));
        if let Some(of) = &f.of {
            let _ = write!(head, "{}::", path_text(of));
        }
        match &f.name {
            FunctionName::Plain(name) => head.push_str(&name.name),
            FunctionName::Operator(name) => {
                let _ = write!(head, "operator{}", name.name);
            }
            FunctionName::Conversion(t) => {
                let _ = write!(head, "operator {}", ty(t));
            }
            FunctionName::Constructor(name) => {
                let _ = write!(head, "constructor {}", name.name);
            }
        }
        if let Some(args) = &f.specialisation {
            head.push_str(&args_text(args));
        }
        let _ = write!(head, "({})", params_text(&f.params));
        if !matches!(f.name, FunctionName::Constructor(_) | FunctionName::Conversion(_)) {
            let _ = write!(head, " -> {}", ty(&f.ret));
        }
        for (name, args) in &f.initialisers {
            let _ = write!(head, " :{}({})", name.name, exprs(args, ", "));
        }
        if f.body.is_none() {
            head.push(';');
        }
        self.line(head);
        if let Some(body) = &f.body {
            self.under(|p| p.stmts(&body.stmts));
        }
    }

    fn structure(&mut self, s: &Struct) {
        let word = if s.is_union { "union" } else { "struct" };
        let args = s.specialisation.as_ref().map_or(String::new(), |a| args_text(a));
        let bases: Vec<_> = s.bases.iter().map(path_text).collect();
        let bases = if bases.is_empty() { String::new() } else { format!(": {}", bases.join(", ")) };
        let end = if s.is_forward { ";" } else { "" };
        self.line(format!("{word} {}{}{args}{bases}{end}", template_text(&s.template), s.name.name));
        self.under(|p| p.items(&s.members));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Empty => self.line("empty"),
            StmtKind::Expr(e) => {
                self.line(expr(e));
                self.lambda_bodies(e);
            }
            StmtKind::Item(item) => self.item(item),
            StmtKind::Block(block) => {
                self.line("block");
                self.under(|p| p.stmts(&block.stmts));
            }
            StmtKind::If { is_constexpr, init, cond, then, otherwise } => {
                if let Some(init) = init {
                    self.line("with");
                    self.under(|p| p.stmt(init));
                }
                self.line(format!("if{} {}", if *is_constexpr { " constexpr" } else { "" }, expr(cond)));
                self.nested(then);
                if let Some(otherwise) = otherwise {
                    self.line("else");
                    self.nested(otherwise);
                }
            }
            StmtKind::For { init, cond, step, body } => {
                self.line("for");
                self.under(|p| {
                    p.stmt(init);
                    p.line(format!("while {}", cond.as_ref().map_or("true".to_string(), expr)));
                    p.line(format!("step {}", step.as_ref().map_or("nothing".to_string(), expr)));
                });
                self.line("do");
                self.nested(body);
            }
            StmtKind::While(cond, body) => {
                self.line(format!("while {}", expr(cond)));
                self.nested(body);
            }
            StmtKind::DoWhile(body, cond) => {
                self.line("do");
                self.nested(body);
                self.line(format!("while {}", expr(cond)));
            }
            StmtKind::Switch(value, block) => {
                self.line(format!("switch {}", expr(value)));
                self.under(|p| p.stmts(&block.stmts));
            }
            StmtKind::Case(value) => self.line(format!("case {}", expr(value))),
            StmtKind::Default => self.line("default"),
            StmtKind::Break => self.line("break"),
            StmtKind::Continue => self.line("continue"),
            StmtKind::Return(None) => self.line("return"),
            StmtKind::Return(Some(e)) => self.line(format!("return {}", expr(e))),
            StmtKind::Error => self.line("<error>"),
        }
    }

    /// A statement under another; a block's braces are left out.
    fn nested(&mut self, stmt: &Stmt) {
        self.under(|p| match &stmt.kind {
            StmtKind::Block(block) => p.stmts(&block.stmts),
            _ => p.stmt(stmt),
        });
    }

    fn lambdas(&mut self, init: Option<&Init>) {
        match init {
            Some(Init::Assign(e)) => self.lambda_bodies(e),
            Some(Init::Paren(list) | Init::Brace(list, _)) => {
                for e in list {
                    self.lambda_bodies(e);
                }
            }
            None => {}
        }
    }

    /// The bodies of the lambdas that are the expression or an argument of its call.
    fn lambda_bodies(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Lambda(lambda) => self.under(|p| p.stmts(&lambda.body.stmts)),
            ExprKind::Call(callee, args) => {
                self.lambda_bodies(callee);
                for arg in args {
                    self.lambda_bodies(arg);
                }
            }
            _ => {}
        }
    }
}

fn init_text(init: Option<&Init>) -> String {
    match init {
        None => String::new(),
        Some(Init::Assign(e)) => format!(" = {}", expr(e)),
        Some(Init::Paren(args)) => format!("({})", exprs(args, ", ")),
        Some(Init::Brace(args, _)) => format!("{{{}}}", exprs(args, ", ")),
    }
}

fn template_text(params: &[TemplateParam]) -> String {
    if params.is_empty() {
        return String::new();
    }
    let one = |p: &TemplateParam| match &p.kind {
        TemplateParamKind::Type(default) => {
            let default = default.as_ref().map_or(String::new(), |t| format!(" = {}", ty(t)));
            format!("typename {}{default}", p.name.name)
        }
        TemplateParamKind::Value(t, default) => {
            let default = default.as_ref().map_or(String::new(), |e| format!(" = {}", expr(e)));
            format!("{} {}{default}", ty(t), p.name.name)
        }
    };
    format!("<{}> ", params.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn params_text(params: &[Param]) -> String {
    let one = |p: &Param| {
        let name = p.name.as_ref().map_or("_", |n| &*n.name);
        let default = p.default.as_ref().map_or(String::new(), |e| format!(" = {}", expr(e)));
        format!("{name}: {}{default}", ty(&p.ty))
    };
    params.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn args_text(args: &[TemplateArg]) -> String {
    let one = |a: &TemplateArg| match a {
        TemplateArg::Type(t) => ty(t),
        TemplateArg::Value(e) => expr(e),
    };
    format!("<{}>", args.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn path_text(path: &Path) -> String {
    path.segments.iter().map(segment_text).collect::<Vec<_>>().join("::")
}

fn segment_text(segment: &Segment) -> String {
    let args = segment.args.as_ref().map_or(String::new(), |a| args_text(a));
    format!("{}{args}", segment.ident.name)
}

/// A type as `device const float*`: the qualifiers of each level stand before it.
fn ty(t: &TypeExpr) -> String {
    let mut out = String::new();
    for (set, word) in
        [(t.quals.is_static, "static "), (t.quals.is_constexpr, "constexpr "), (t.quals.is_inline, "inline ")]
    {
        out.push_str(if set { word } else { "" });
    }
    let space = match t.space {
        Some(AddressSpace::Device) => "device ",
        Some(AddressSpace::Constant) => "constant ",
        Some(AddressSpace::Threadgroup) => "threadgroup ",
        Some(AddressSpace::Thread) => "thread ",
        None => "",
    };
    out.push_str(space);
    out.push_str(if t.quals.is_const { "const " } else { "" });
    out.push_str(if t.quals.is_volatile { "volatile " } else { "" });
    match &t.kind {
        TypeKind::Named(path) => out.push_str(&path_text(path)),
        TypeKind::Auto => out.push_str("auto"),
        TypeKind::Decltype(e) => {
            let _ = write!(out, "decltype({})", expr(e));
        }
        TypeKind::Pointer(inner) => {
            let _ = write!(out, "ptr({})", ty(inner));
        }
        TypeKind::Reference(inner) => {
            let _ = write!(out, "ref({})", ty(inner));
        }
        TypeKind::Array(inner, size) => {
            let size = size.as_ref().map_or(String::new(), |e| expr(e));
            let _ = write!(out, "[{size}]({})", ty(inner));
        }
        TypeKind::Error => out.push_str("<error>"),
    }
    out
}

fn exprs(list: &[Expr], separator: &str) -> String {
    list.iter().map(expr).collect::<Vec<_>>().join(separator)
}

fn call(head: &str, args: &[Expr]) -> String {
    if args.is_empty() { format!("({head})") } else { format!("({head} {})", exprs(args, " ")) }
}

fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Int { value, suffix, .. } => {
            let unsigned = if suffix.unsigned { "u" } else { "" };
            format!("{value}{unsigned}{}", if suffix.long { "l" } else { "" })
        }
        ExprKind::Float { value, suffix } => {
            let suffix = match suffix {
                FloatSuffix::None => "",
                FloatSuffix::F => "f",
                FloatSuffix::H => "h",
                FloatSuffix::BF => "bf",
            };
            format!("{value:?}{suffix}")
        }
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Char(value) => format!("'{}'", value.escape_ascii()),
        ExprKind::Str(text) => format!("{text:?}"),
        ExprKind::Nullptr => "nullptr".to_string(),
        ExprKind::This => "this".to_string(),
        ExprKind::Name(path) => path_text(path),
        ExprKind::Prefix(op, inner) => {
            let op = match op {
                PrefixOp::Plus => "+",
                PrefixOp::Minus => "-",
                PrefixOp::Not => "!",
                PrefixOp::BitNot => "~",
                PrefixOp::Deref => "deref",
                PrefixOp::AddressOf => "addr",
                PrefixOp::Increment => "++",
                PrefixOp::Decrement => "--",
            };
            format!("({op} {})", expr(inner))
        }
        ExprKind::Postfix(inner, up) => {
            format!("({} {})", if *up { "post++" } else { "post--" }, expr(inner))
        }
        ExprKind::Infix(op, a, b) => format!("({} {} {})", op.symbol(), expr(a), expr(b)),
        ExprKind::Assign(op, a, b) => {
            format!("({}= {} {})", op.map_or("", InfixOp::symbol), expr(a), expr(b))
        }
        ExprKind::Ternary(c, a, b) => format!("(? {} {} {})", expr(c), expr(a), expr(b)),
        ExprKind::Comma(a, b) => format!("(, {} {})", expr(a), expr(b)),
        ExprKind::Call(callee, args) => call(&format!("call {}", expr(callee)), args),
        ExprKind::Index(base, index) => format!("{}[{}]", expr(base), expr(index)),
        ExprKind::Member { base, member, arrow } => {
            format!("{}{}{}", expr(base), if *arrow { "->" } else { "." }, segment_text(member))
        }
        ExprKind::Cast(style, t, inner) => {
            let style = match style {
                CastStyle::C => "cast",
                CastStyle::Static => "static_cast",
                CastStyle::Reinterpret => "reinterpret_cast",
                CastStyle::Const => "const_cast",
            };
            format!("({style} {} {})", ty(t), expr(inner))
        }
        ExprKind::Construct { ty: t, args, brace } => {
            call(&format!("{} {}", if *brace { "make{}" } else { "make" }, ty(t)), args)
        }
        ExprKind::InitList(args) => format!("{{{}}}", exprs(args, " ")),
        ExprKind::Designated(name, value) => format!(".{} = {}", name.name, expr(value)),
        ExprKind::SizeofType { ty: t, align } => {
            format!("({} {})", if *align { "alignof" } else { "sizeof" }, ty(t))
        }
        ExprKind::SizeofExpr(inner) => format!("(sizeof {})", expr(inner)),
        ExprKind::Lambda(lambda) => {
            let mut captures = Vec::new();
            match lambda.default_by_reference {
                Some(true) => captures.push("&".to_string()),
                Some(false) => captures.push("=".to_string()),
                None => {}
            }
            captures.extend(lambda.captures.iter().map(|c| {
                let init = c.init.as_ref().map_or(String::new(), |e| format!(" = {}", expr(e)));
                format!("{}{}{init}", if c.by_reference { "&" } else { "" }, c.name.name)
            }));
            let ret = lambda.ret.as_ref().map_or(String::new(), |t| format!(" -> {}", ty(t)));
            let mutable = if lambda.is_mutable { " mutable" } else { "" };
            format!("(lambda [{}]({}){mutable}{ret})", captures.join(", "), params_text(&lambda.params))
        }
        ExprKind::Error => "<error>".to_string(),
    }
}
