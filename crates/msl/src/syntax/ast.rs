//! The tree of a header and a body after preprocessing.
//!
//! Nothing is resolved: `T(x)` is a [`ExprKind::Construct`] when the parser knows that `T` names a type (built in,
//! declared before, or a template parameter) and a call otherwise. Error nodes stand where the text made no sense;
//! a diagnostic has then been given, and later stages stay silent about them.

use emberforge_base::Span;
use std::sync::Arc;

/// A name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    /// The text.
    pub name: Arc<str>,
    /// Where. For text that came out of a macro, the place of the macro's use in the user's text.
    pub span: Span,
}

/// `a::b<int, 3>::c`; a leading `::` is dropped. `decltype(e)::c` has a first segment named `decltype` whose one
/// argument is the value `e`; the compiler's question `__is_empty(T)` reads as the path `__is_empty<T>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// At least one.
    pub segments: Vec<Segment>,
    /// The whole path.
    pub span: Span,
}

impl Path {
    /// The last segment's name.
    pub fn last(&self) -> &Segment {
        &self.segments[self.segments.len() - 1]
    }

    /// The name when the path is one segment without template arguments.
    pub fn simple(&self) -> Option<&Ident> {
        match &self.segments[..] {
            [Segment { ident, args: None }] => Some(ident),
            _ => None,
        }
    }
}

/// One part of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its name.
    pub ident: Ident,
    /// `<...>` if written.
    pub args: Option<Vec<TemplateArg>>,
}

/// An argument in `<...>`.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateArg {
    /// A type.
    Type(TypeExpr),
    /// A constant expression. A lone name that could be either is an expression.
    Value(Expr),
}

/// An address space keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are Metal's keywords")]
pub enum AddressSpace {
    Device,
    Constant,
    Threadgroup,
    Thread,
}

/// `const`, `constexpr` and friends in front of a declaration or in a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the fields are the keywords")]
pub struct Qualifiers {
    pub is_const: bool,
    pub is_volatile: bool,
    pub is_constexpr: bool,
    pub is_static: bool,
    pub is_inline: bool,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// `const` and friends that apply at this level: `const device float*` is a pointer to a const float in device.
    pub quals: Qualifiers,
    /// Address space written at this level (of the pointee when this stands under a pointer).
    pub space: Option<AddressSpace>,
    /// Where.
    pub span: Span,
}

/// Forms of types.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// A named type: `float`, `uint3`, `vec<T, 4>`, `atomic<float>`, `metal::half`, `My::Struct`, `unsigned int`
    /// (joined with spaces into one normalised name: `unsigned int`, `long long`, `unsigned char`).
    Named(Path),
    /// `auto`.
    Auto,
    /// `decltype(e)`.
    Decltype(Box<Expr>),
    /// `T*`.
    Pointer(Box<TypeExpr>),
    /// `T&` (and `T&&`).
    Reference(Box<TypeExpr>),
    /// `T[n]`; `None` for `T[]`.
    Array(Box<TypeExpr>, Option<Box<Expr>>),
    /// What could not be read.
    Error,
}

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum PrefixOp {
    Plus,
    Minus,
    Not,
    BitNot,
    Deref,
    AddressOf,
    Increment,
    Decrement,
}

/// A binary operator (also of compound assignments).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum InfixOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    LogicalAnd,
    LogicalOr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl InfixOp {
    /// The operator as written: `+`, `<<`, `&&`.
    pub const fn symbol(self) -> &'static str {
        match self {
            InfixOp::Add => "+",
            InfixOp::Sub => "-",
            InfixOp::Mul => "*",
            InfixOp::Div => "/",
            InfixOp::Rem => "%",
            InfixOp::BitAnd => "&",
            InfixOp::BitOr => "|",
            InfixOp::BitXor => "^",
            InfixOp::Shl => "<<",
            InfixOp::Shr => ">>",
            InfixOp::LogicalAnd => "&&",
            InfixOp::LogicalOr => "||",
            InfixOp::Eq => "==",
            InfixOp::Ne => "!=",
            InfixOp::Lt => "<",
            InfixOp::Le => "<=",
            InfixOp::Gt => ">",
            InfixOp::Ge => ">=",
        }
    }
}

/// Suffix of an integer literal: `u`, `l`, `ul`, ... (`ll` reads as `l`: both are 64 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the fields are the suffix letters")]
pub struct IntSuffix {
    pub unsigned: bool,
    pub long: bool,
}

/// Suffix of a float literal. Without one the literal is `float` (Metal has no double).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum FloatSuffix {
    None,
    F,
    H,
    /// `bf`
    BF,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// How a cast is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants name themselves")]
pub enum CastStyle {
    C,
    Static,
    Reinterpret,
    Const,
}

/// Forms of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `42u`; `decimal` is false for hex, octal, binary (which may be unsigned without a suffix).
    Int {
        /// Its value.
        value: u64,
        /// Its suffix.
        suffix: IntSuffix,
        /// Written in base ten.
        decimal: bool,
    },
    /// `0.5f`. The value is the nearest double.
    Float {
        /// Its value.
        value: f64,
        /// Its suffix.
        suffix: FloatSuffix,
    },
    /// `true`, `false`.
    Bool(bool),
    /// `'a'`.
    Char(u8),
    /// `"..."` (only ever refused, or an argument of `static_assert`).
    Str(String),
    /// `nullptr`.
    Nullptr,
    /// `this`.
    This,
    /// A name.
    Name(Path),
    /// `-x`.
    Prefix(PrefixOp, Box<Expr>),
    /// `x++` (true) or `x--` (false).
    Postfix(Box<Expr>, bool),
    /// `a + b`.
    Infix(InfixOp, Box<Expr>, Box<Expr>),
    /// `a = b`, `a += b`.
    Assign(Option<InfixOp>, Box<Expr>, Box<Expr>),
    /// `c ? a : b`.
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a, b`.
    Comma(Box<Expr>, Box<Expr>),
    /// `f(a, b)`; the callee is a name, a member or any other expression (a lambda).
    Call(Box<Expr>, Vec<Expr>),
    /// `a[i]`.
    Index(Box<Expr>, Box<Expr>),
    /// `a.b` or, with `arrow`, `a->b`; methods may carry template arguments.
    Member {
        /// The object.
        base: Box<Expr>,
        /// The member.
        member: Segment,
        /// Written `->`.
        arrow: bool,
    },
    /// `(T)x`, `static_cast<T>(x)`, ...
    Cast(CastStyle, Box<TypeExpr>, Box<Expr>),
    /// `T(a, b)` or, with `brace`, `T{a, b}`, where `T` is known to be a type.
    Construct {
        /// The type.
        ty: Box<TypeExpr>,
        /// The arguments.
        args: Vec<Expr>,
        /// Written with braces.
        brace: bool,
    },
    /// `{a, b}` as an initialiser or argument.
    InitList(Vec<Expr>),
    /// `{.x = 1}` member inside an [`ExprKind::InitList`].
    Designated(Ident, Box<Expr>),
    /// `sizeof(T)` and `alignof(T)` (`align` true).
    SizeofType {
        /// The type.
        ty: Box<TypeExpr>,
        /// `alignof`.
        align: bool,
    },
    /// `sizeof e`.
    SizeofExpr(Box<Expr>),
    /// `[&](int x) { ... }`.
    Lambda(Arc<Lambda>),
    /// What could not be read.
    Error,
}

/// A lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// `[&]` (Some(true)), `[=]` (Some(false)) or neither.
    pub default_by_reference: Option<bool>,
    /// Named captures.
    pub captures: Vec<Capture>,
    /// Marked `mutable`: its copies may be changed, and keep their values from call to call.
    pub is_mutable: bool,
    /// Parameters.
    pub params: Vec<Param>,
    /// `-> T` if written.
    pub ret: Option<TypeExpr>,
    /// Body.
    pub body: StmtBlock,
    /// The lambda.
    pub span: Span,
}

/// `x`, `&x`, `x = e` or `&x = e` in a lambda's brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// The name inside the lambda.
    pub name: Ident,
    /// Written with `&`.
    pub by_reference: bool,
    /// What a new name stands for; a variable of the same name if absent.
    pub init: Option<Expr>,
}

/// `{ ... }`.
#[derive(Clone, Debug, PartialEq)]
pub struct StmtBlock {
    /// Its statements.
    pub stmts: Vec<Stmt>,
    /// From brace to brace.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where.
    pub span: Span,
}

/// Forms of statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `;`.
    Empty,
    /// `f(x);`.
    Expr(Expr),
    /// A declaration: variables, a type alias, a struct, ...
    Item(Item),
    /// `{ ... }`.
    Block(StmtBlock),
    /// `if`, `if constexpr`; `init` is a declaration in the condition's place (`if (int i = f())` gives the
    /// declaration as `init` and its name as `cond`).
    If {
        /// `if constexpr`.
        is_constexpr: bool,
        /// Statement before the condition.
        init: Option<Box<Stmt>>,
        /// Condition.
        cond: Expr,
        /// Taken when true.
        then: Box<Stmt>,
        /// Taken when false.
        otherwise: Option<Box<Stmt>>,
    },
    /// `for (init; cond; step)`.
    For {
        /// First clause (a declaration, an expression or empty).
        init: Box<Stmt>,
        /// Absent means forever.
        cond: Option<Expr>,
        /// Absent means nothing.
        step: Option<Expr>,
        /// Body.
        body: Box<Stmt>,
    },
    /// `while`.
    While(Expr, Box<Stmt>),
    /// `do ... while`.
    DoWhile(Box<Stmt>, Expr),
    /// `switch`; its labels are [`StmtKind::Case`] and [`StmtKind::Default`] inside the block.
    Switch(Expr, StmtBlock),
    /// `case e:`.
    Case(Expr),
    /// `default:`.
    Default,
    /// `break;`.
    Break,
    /// `continue;`.
    Continue,
    /// `return;`, `return e;`.
    Return(Option<Expr>),
    /// What could not be read.
    Error,
}

/// A declaration at file, namespace, struct or block level.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Variables: `device float *p = x, y[3];`.
    Variables(Vec<Variable>),
    /// A function or method, maybe a template, maybe without a body.
    Function(Arc<Function>),
    /// A struct or class.
    Struct(Arc<Struct>),
    /// An enumeration.
    Enum(Arc<Enum>),
    /// `using A = T;`, `typedef T A;`, with template parameters for alias templates.
    Alias {
        /// New name.
        name: Ident,
        /// Template parameters, empty if none.
        template: Vec<TemplateParam>,
        /// What it stands for.
        ty: TypeExpr,
    },
    /// `namespace n { ... }` (anonymous: empty name).
    Namespace {
        /// Its name.
        name: Ident,
        /// Its content.
        items: Vec<Item>,
    },
    /// `using namespace n;`.
    UsingNamespace(Path),
    /// `using n::x;`.
    UsingName(Path),
    /// `static_assert(c, "...")`.
    StaticAssert(Expr, Option<String>),
    /// Explicit instantiations and attributes without effect: nothing to do.
    Nothing,
    /// What could not be read.
    Error,
}

/// One declared variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Ident,
    /// Its full type, arrays and pointers included; `space` and `quals` of the outermost level are the
    /// variable's own (`threadgroup float buf[32]`: an array type whose `space` is threadgroup).
    pub ty: TypeExpr,
    /// Its initialiser.
    pub init: Option<Init>,
    /// The whole declarator.
    pub span: Span,
}

/// How a variable is initialised.
#[derive(Clone, Debug, PartialEq)]
pub enum Init {
    /// `= e` (`e` may be an [`ExprKind::InitList`]).
    Assign(Expr),
    /// `(a, b)`.
    Paren(Vec<Expr>),
    /// `{a, b}`.
    Brace(Vec<Expr>, Span),
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateParam {
    /// Its name; empty if none.
    pub name: Ident,
    /// Type or value.
    pub kind: TemplateParamKind,
}

/// Kinds of template parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateParamKind {
    /// `typename T = D`.
    Type(Option<TypeExpr>),
    /// `int N = 4`.
    Value(TypeExpr, Option<Expr>),
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name; `None` if unnamed.
    pub name: Option<Ident>,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default.
    pub default: Option<Expr>,
    /// `[[buffer(0)]]`-like attributes, as written (only kernels have them).
    pub attributes: Vec<Ident>,
    /// Where.
    pub span: Span,
}

/// What a function is called.
#[derive(Clone, Debug, PartialEq)]
pub enum FunctionName {
    /// An ordinary name (also `Struct::method` defined outside: the path's last part, with `of` set).
    Plain(Ident),
    /// `operator+`, `operator()`, `operator[]`, `operator+=`, `operator==`, ...: the symbol.
    Operator(Ident),
    /// `operator T()`.
    Conversion(Box<TypeExpr>),
    /// A constructor.
    Constructor(Ident),
}

/// How a function without a body of its own ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Given {
    /// Neither.
    #[default]
    No,
    /// `= default`: what the language does anyway.
    Default,
    /// `= delete`: calls are refused.
    Delete,
}

/// Who may name a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Access {
    /// Everyone.
    #[default]
    Public,
    /// The struct and those derived from it.
    Protected,
    /// The struct alone.
    Private,
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: FunctionName,
    /// The struct of an out-of-class definition `T S::f()`.
    pub of: Option<Path>,
    /// Template parameters, empty if none.
    pub template: Vec<TemplateParam>,
    /// Written `template <>`, or `f<int>` as the name of a specialisation: its arguments.
    pub specialisation: Option<Vec<TemplateArg>>,
    /// Return type (`auto` allowed; meaningless for constructors).
    pub ret: TypeExpr,
    /// Parameters.
    pub params: Vec<Param>,
    /// Constructor initialisers `: a(x), b{y}`.
    pub initialisers: Vec<(Ident, Vec<Expr>)>,
    /// Body; `None` for a declaration.
    pub body: Option<StmtBlock>,
    /// Ends in `= default` or `= delete`.
    pub given: Given,
    /// Marked `kernel` or `[[kernel]]`.
    pub is_kernel: bool,
    /// `static` member.
    pub is_static: bool,
    /// `constexpr`.
    pub is_constexpr: bool,
    /// The declaration up to the body.
    pub span: Span,
}

/// A struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// Its name; empty when anonymous.
    pub name: Ident,
    /// Template parameters, empty if none.
    pub template: Vec<TemplateParam>,
    /// Arguments of a (partial) specialisation `struct S<float>`.
    pub specialisation: Option<Vec<TemplateArg>>,
    /// Base classes.
    pub bases: Vec<Path>,
    /// Fields ([`Item::Variables`]), methods, nested types, aliases, in order.
    pub members: Vec<Item>,
    /// Who may name the member of the same number.
    pub access: Vec<Access>,
    /// True for `union`.
    pub is_union: bool,
    /// Without a body (a forward declaration).
    pub is_forward: bool,
    /// Where.
    pub span: Span,
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Its name; empty when anonymous.
    pub name: Ident,
    /// `enum class`.
    pub scoped: bool,
    /// Underlying type if written.
    pub underlying: Option<TypeExpr>,
    /// Enumerators and their values.
    pub variants: Vec<(Ident, Option<Expr>)>,
    /// Where.
    pub span: Span,
}

/// The tree of a whole translation unit.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Tree {
    /// What the header declares.
    pub header: Vec<Item>,
    /// The body's statements.
    pub body: Vec<Stmt>,
}
