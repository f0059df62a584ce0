//! Full names of library objects, interned, and the table of what MLX's functions return.
//!
//! `mx.fft.rfft`, `mlx.core.fft.rfft` and `from mlx.core.fft import rfft` are one name here. The
//! table is data generated from MLX's stubs and from running it (`tables/generate.py`).

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// An interned full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sym(pub(crate) u32);

/// One row of the table: how the result's dtype follows, and the parameter names.
#[derive(Debug)]
pub struct Row {
    /// The rule of the result, see `tables/generate.py`.
    pub rule: &'static str,
    /// The names of all parameters.
    pub params: Vec<&'static str>,
}

/// The row of a function of `mlx.core`, by its name below `mlx.core.`.
pub fn mlx_row(name: &str) -> Option<&'static Row> {
    static TABLE: OnceLock<FxHashMap<&'static str, Row>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            include_str!("../../tables/mlx-0.32.tsv")
                .lines()
                .filter(|l| !l.starts_with('#'))
                .filter_map(|line| {
                    let mut cells = line.split('\t');
                    let name = cells.next()?;
                    let rule = cells.next()?;
                    let params = cells.next().unwrap_or("").split(',').filter(|p| !p.is_empty()).collect();
                    Some((name, Row { rule, params }))
                })
                .collect()
        })
        .get(name)
}

/// The interner. Names that the engine itself uses have fixed places.
pub(super) struct Names<'a> {
    texts: Vec<String>,
    rows: Vec<Option<&'static Row>>,
    index: FxHashMap<String, Sym>,
    children: FxHashMap<(Sym, &'a str), Sym>,
}

macro_rules! fixed_names {
    ($($ident:ident = $text:expr),* $(,)?) => {
        /// Operations that are not library functions.
        #[expect(clippy::upper_case_acronyms, reason = "an index list")]
        #[allow(non_camel_case_types, reason = "an index list")]
        enum Place { $($ident),* }
        impl Sym { $(
            #[doc = concat!("The name `", $text, "`.")]
            pub const $ident: Sym = Sym(Place::$ident as u32);
        )* }
        const FIXED: &[&str] = &[$($text),*];
    };
}

fixed_names! {
    NOTHING = "", PARAMETER = "parameter", ANNOTATION = "annotation", LITERAL = "literal", JOIN = "join",
    ITEM = "[]", ATTRIBUTE = "attribute", ITERATE = "iterate", CALL = "call", USED_AS = "used as an array",
    SHAPE = ".shape", DTYPE = ".dtype", STATE = ".state", NEG = "neg", ADD = "+", SUB = "-", MUL = "*",
    DIV = "/", FLOORDIV = "//", MOD = "%", POW = "**", MATMUL = "@", COMPARE = "compare", OTHER_OP = "operator",
    AT = ".at", SLICE = "slice", LOCAL = "function of this file", CAST = "cast",
}

impl<'a> Names<'a> {
    /// An interner holding the fixed names.
    pub(super) fn new() -> Self {
        let mut names = Names {
            texts: Vec::new(),
            rows: Vec::new(),
            index: FxHashMap::default(),
            children: FxHashMap::default(),
        };
        for text in FIXED {
            names.intern(text);
        }
        names
    }

    /// The name with this text.
    pub(super) fn intern(&mut self, text: &str) -> Sym {
        if let Some(sym) = self.index.get(text) {
            return *sym;
        }
        let sym = Sym(self.texts.len() as u32);
        self.rows.push(text.strip_prefix("mlx.core.").and_then(mlx_row));
        self.texts.push(text.to_owned());
        self.index.insert(text.to_owned(), sym);
        sym
    }

    /// `parent.attr`.
    pub(super) fn child(&mut self, parent: Sym, attr: &'a str) -> Sym {
        if let Some(sym) = self.children.get(&(parent, attr)) {
            return *sym;
        }
        let text = format!("{}.{attr}", self.text(parent));
        let sym = self.intern(canonical(&text).unwrap_or(&text));
        self.children.insert((parent, attr), sym);
        sym
    }

    /// Its text.
    pub(super) fn text(&self, sym: Sym) -> &str {
        self.texts.get(sym.0 as usize).map_or("", String::as_str)
    }

    /// Its row, if it is a function of `mlx.core`.
    pub(super) fn row(&self, sym: Sym) -> Option<&'static Row> {
        self.rows.get(sym.0 as usize).copied().flatten()
    }
}

/// Names that libraries spell in two ways.
fn canonical(text: &str) -> Option<&str> {
    Some(match text {
        "mlx.core.concat" => "mlx.core.concatenate",
        "mlx.core.permute_dims" => "mlx.core.transpose",
        "mlx.nn.layers.base.Module" => "mlx.nn.Module",
        "mlx.core.arcos" => "mlx.core.arccos",
        "mlx.nn.sigmoid" => "mlx.core.sigmoid",
        "mlx.nn.softmax" => "mlx.core.softmax",
        "functools.cache" => "functools.lru_cache",
        _ => return None,
    })
}
