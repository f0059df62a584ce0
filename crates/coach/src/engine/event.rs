//! What the engine tells the rules while it interprets a file.

use ruff_python_ast as ast;
use ruff_text_size::TextRange;

use super::model::Loop;
use super::names::Sym;
use super::value::V;

/// An argument of a call.
#[derive(Clone, Copy)]
pub struct Arg<'a> {
    /// Its keyword.
    pub name: Option<&'a str>,
    /// `*x` or `**x`.
    pub starred: bool,
    /// Its text.
    pub expr: &'a ast::Expr,
    /// Its value.
    pub value: V,
}

/// A call.
pub struct Call<'e, 'a> {
    /// The text.
    pub expr: &'a ast::ExprCall,
    /// What is called.
    pub callee: V,
    /// The full name: `mlx.core.exp`; methods of arrays bear the name of the function they are.
    pub sym: Sym,
    /// Its text.
    pub name: &'e str,
    /// For a method: what it is called on.
    pub receiver: Option<V>,
    /// The method's or function's last name.
    pub last: &'a str,
    /// The arguments.
    pub args: &'e [Arg<'a>],
    /// The result.
    pub result: V,
}

impl<'e, 'a> Call<'e, 'a> {
    /// The name below `mlx.core.`.
    pub fn mlx(&self) -> Option<&'e str> {
        self.name.strip_prefix("mlx.core.")
    }

    /// The n-th operand: a method's receiver counts as the first.
    pub fn operand(&self, n: usize) -> Option<V> {
        match self.receiver {
            Some(v) if n == 0 => Some(v),
            Some(_) => self.positional(n - 1).map(|a| a.value),
            None => self.positional(n).map(|a| a.value),
        }
    }

    /// The n-th positional argument.
    pub fn positional(&self, n: usize) -> Option<&'e Arg<'a>> {
        self.args.iter().take_while(|a| !a.starred).filter(|a| a.name.is_none()).nth(n)
    }

    /// The argument with this keyword.
    pub fn keyword(&self, name: &str) -> Option<&'e Arg<'a>> {
        self.args.iter().find(|a| a.name == Some(name))
    }

    /// By keyword or place.
    pub fn argument(&self, name: &str, place: usize) -> Option<&'e Arg<'a>> {
        self.keyword(name).or_else(|| self.positional(place))
    }

    /// Whether `*args` or `**kwargs` are passed.
    pub fn has_stars(&self) -> bool {
        self.args.iter().any(|a| a.starred)
    }
}

/// Where a truth value is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Truth {
    If,
    While,
    And,
    Or,
    Not,
    Assert,
    IfExp,
    Comprehension,
}

/// How an array is read on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Sync {
    Item,
    Tolist,
    Cast,
    Truth,
    Numpy,
    Print,
    Format,
    Eval,
    Builtin,
    Math,
    Range,
}

impl Sync {
    /// How a message names it.
    pub fn describe(self) -> &'static str {
        match self {
            Sync::Item => "`.item()`",
            Sync::Tolist => "`.tolist()`",
            Sync::Cast => "a conversion to a Python number",
            Sync::Truth => "a truth test",
            Sync::Numpy => "a conversion to NumPy",
            Sync::Print => "printing",
            Sync::Format => "formatting",
            Sync::Eval => "`mx.eval`",
            Sync::Builtin => "a Python builtin",
            Sync::Math => "a `math` function",
            Sync::Range => "use as a Python int",
        }
    }
}

/// An event.
#[expect(missing_docs, reason = "the fields are described with their variant")]
pub enum Event<'e, 'a> {
    /// A call was interpreted.
    Call(&'e Call<'e, 'a>),
    /// A binary operation; `target` is set for `x += y`.
    Binary {
        range: TextRange,
        op: ast::Operator,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        l: V,
        r: V,
        result: V,
        aug: bool,
    },
    /// A comparison of two values.
    Compare { expr: &'a ast::ExprCompare, op: ast::CmpOp, right: &'a ast::Expr, l: V, r: V },
    /// A truth test.
    Truth { expr: &'a ast::Expr, value: V, place: Truth },
    /// `a or b`, `a and b`.
    BoolOp { expr: &'a ast::ExprBoolOp, values: &'e [V] },
    /// `a[i]` read.
    Index { expr: &'a ast::ExprSubscript, base: V, index: V },
    /// A store to a name, attribute or item; `old` is what a name held before.
    Store {
        target: &'a ast::Expr,
        value: V,
        old: V,
        source: Option<&'a ast::Expr>,
        aug: Option<ast::Operator>,
        base: V,
        index: V,
        range: TextRange,
    },
    /// An array is read on the host.
    Sync { range: TextRange, value: V, how: Sync },
    /// An expression statement.
    Statement { expr: &'a ast::Expr, value: V },
    /// An attribute is read.
    Attribute { expr: &'a ast::ExprAttribute, base: V },
    /// A loop ended.
    Loop(&'e Loop<'a>),
    /// A key that was already consumed is consumed again.
    KeyReuse { range: TextRange, key: V, first: TextRange, parent: bool },
    /// A duration was computed between clock readings.
    Elapsed { range: TextRange, started: TextRange, lazy: TextRange },
    /// A function returns a value.
    Return { expr: &'a ast::Expr, value: V, function: u32 },
    /// A function ended.
    Function(u32),
    /// A class ended.
    Class(u32),
    /// A kernel body was examined.
    Kernel(&'e crate::kernel::Kernel),
    /// The module ended.
    Module,
}

/// The kinds of event, for subscribing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the events")]
pub enum On {
    Call,
    Binary,
    Compare,
    Truth,
    BoolOp,
    Index,
    Store,
    Sync,
    Statement,
    Attribute,
    Loop,
    KeyReuse,
    Elapsed,
    Return,
    Function,
    Class,
    Kernel,
    Module,
}

/// The number of kinds.
pub(crate) const KINDS: usize = On::Module as usize + 1;

impl Event<'_, '_> {
    /// Its kind.
    pub fn on(&self) -> On {
        match self {
            Event::Call(_) => On::Call,
            Event::Binary { .. } => On::Binary,
            Event::Compare { .. } => On::Compare,
            Event::Truth { .. } => On::Truth,
            Event::BoolOp { .. } => On::BoolOp,
            Event::Index { .. } => On::Index,
            Event::Store { .. } => On::Store,
            Event::Sync { .. } => On::Sync,
            Event::Statement { .. } => On::Statement,
            Event::Attribute { .. } => On::Attribute,
            Event::Loop(_) => On::Loop,
            Event::KeyReuse { .. } => On::KeyReuse,
            Event::Elapsed { .. } => On::Elapsed,
            Event::Return { .. } => On::Return,
            Event::Function(_) => On::Function,
            Event::Class(_) => On::Class,
            Event::Kernel(_) => On::Kernel,
            Event::Module => On::Module,
        }
    }
}
