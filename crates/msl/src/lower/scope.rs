//! Scopes: which name means what where.
//!
//! Scopes form a tree that only grows. Blocks are short lists; namespaces and structs are maps. A struct's scope also
//! searches its bases, a namespace those it is `using`. Lookup walks outward and stops at the first scope that knows
//! the name.

use super::Lower;
use super::function::FunctionId;
use super::globals::GlobalId;
use super::structs::StructId;
use super::types::Type;
use super::value::Place;
use crate::syntax::ast;
use emberforge_base::{Diagnostic, Span};
use std::collections::HashMap;
use std::rc::Rc;

/// A scope's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScopeId(pub(crate) u32);

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Entity<'a> {
    /// A variable, parameter, enumerator or template value.
    Place(Rc<Place>),
    /// A variable of a namespace or a static member, evaluated when first used.
    Global(GlobalId),
    /// A type.
    Type(Type),
    /// Overloads.
    Functions(Rc<Vec<FunctionId>>),
    /// A struct or struct template, instantiated when used.
    Struct(StructId),
    /// `template <...> using A = T;`
    AliasTemplate(&'a [ast::TemplateParam], &'a ast::TypeExpr, ScopeId),
    /// A namespace.
    Namespace(ScopeId),
    /// A data member of the struct whose scope this is.
    Field,
}

/// A name and its declaration.
#[derive(Clone, Debug)]
pub(crate) struct Binding<'a> {
    pub(crate) entity: Entity<'a>,
    pub(crate) span: Span,
}

#[derive(Debug)]
enum Names<'a> {
    List(Vec<(&'a str, Binding<'a>)>),
    Map(HashMap<&'a str, Binding<'a>>),
}

/// One scope.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    parent: Option<ScopeId>,
    names: Names<'a>,
    /// Namespaces made visible here, and the scopes of base structs.
    pub(crate) also: Vec<ScopeId>,
}

impl<'a> Lower<'a> {
    /// A new block-like scope inside `parent`.
    pub(crate) fn new_scope(&mut self, parent: Option<ScopeId>) -> ScopeId {
        self.scopes.push(Scope { parent, names: Names::List(Vec::new()), also: Vec::new() });
        ScopeId(self.scopes.len() as u32 - 1)
    }

    /// A new scope for many names inside `parent`.
    pub(crate) fn new_namespace(&mut self, parent: Option<ScopeId>) -> ScopeId {
        self.scopes.push(Scope { parent, names: Names::Map(HashMap::new()), also: Vec::new() });
        ScopeId(self.scopes.len() as u32 - 1)
    }

    /// Runs `f` in a new scope inside the current one.
    pub(crate) fn in_block<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let scope = self.new_scope(Some(self.scope));
        self.in_scope(scope, f)
    }

    /// Runs `f` with `scope` as the current one.
    pub(crate) fn in_scope<T>(&mut self, scope: ScopeId, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.scope, scope);
        let result = f(self);
        self.scope = outer;
        result
    }

    /// The binding of `name` in exactly this scope.
    pub(crate) fn own(&self, scope: ScopeId, name: &str) -> Option<&Binding<'a>> {
        match &self.scopes[scope.0 as usize].names {
            Names::List(list) => list.iter().rev().find(|(n, _)| *n == name).map(|(_, b)| b),
            Names::Map(map) => map.get(name),
        }
    }

    /// The binding of `name` in this scope or those it also searches.
    pub(crate) fn member(&self, scope: ScopeId, name: &str) -> Option<&Binding<'a>> {
        if let Some(found) = self.own(scope, name) {
            return Some(found);
        }
        self.scopes[scope.0 as usize].also.iter().filter(|s| **s != scope).find_map(|&s| {
            self.own(s, name).or_else(|| {
                // Bases of bases; namespaces do not nest their `using` here.
                self.scopes[s.0 as usize].also.iter().find_map(|&s| self.own(s, name))
            })
        })
    }

    /// What `name` means here.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Binding<'a>> {
        self.lookup_from(self.scope, name)
    }

    /// What `name` means in `scope`.
    pub(crate) fn lookup_from(&self, scope: ScopeId, name: &str) -> Option<&Binding<'a>> {
        let mut at = Some(scope);
        while let Some(scope) = at {
            if let Some(found) = self.member(scope, name) {
                return Some(found);
            }
            at = self.scopes[scope.0 as usize].parent;
        }
        None
    }

    /// All functions called `name` visible from `scope`, innermost scopes first. Hiding is by scope, as in C++, but
    /// for operators, of which every visible one is found.
    pub(crate) fn visible_functions(&self, scope: ScopeId, name: &str, all: bool) -> Vec<FunctionId> {
        let mut list = Vec::new();
        let mut at = Some(scope);
        while let Some(scope) = at {
            let own = self.own(scope, name).into_iter();
            let also = self.scopes[scope.0 as usize].also.iter().filter_map(|&s| self.own(s, name));
            let mut found = false;
            for binding in own.chain(also) {
                found = true;
                if let Entity::Functions(functions) = &binding.entity {
                    list.extend(functions.iter().copied());
                }
            }
            if found && !all {
                break;
            }
            at = self.scopes[scope.0 as usize].parent;
        }
        list
    }

    /// Gives `name` a meaning in `scope`, replacing an older one.
    pub(crate) fn bind(&mut self, scope: ScopeId, name: &'a str, entity: Entity<'a>, span: Span) {
        let binding = Binding { entity, span };
        match &mut self.scopes[scope.0 as usize].names {
            Names::List(list) => list.push((name, binding)),
            Names::Map(map) => {
                map.insert(name, binding);
            }
        }
    }

    /// Gives `name` a meaning in the current scope; a second meaning is reported.
    pub(crate) fn declare(&mut self, name: &'a ast::Ident, entity: Entity<'a>) {
        if name.name.is_empty() {
            return;
        }
        if let Some(old) = self.own(self.scope, &name.name) {
            let old = old.span;
            let kind =
                if old == self.signature_span { "a parameter of the kernel" } else { "declared here first" };
            let mut diagnostic = Diagnostic::error(
                "redefinition",
                name.span,
                format!("`{}` is already declared in this scope", name.name),
            );
            diagnostic = if old == self.signature_span {
                diagnostic.note(format!("`{}` is {kind}", name.name)).help("choose another name")
            } else {
                diagnostic.also(old, kind)
            };
            self.report(diagnostic);
        }
        self.bind(self.scope, &name.name, entity, name.span);
    }

    /// A place under a name in the current scope.
    pub(crate) fn declare_place(&mut self, name: &'a ast::Ident, place: Place) {
        self.declare(name, Entity::Place(Rc::new(place)));
    }

    /// Adds a function to the overloads of `name` in `scope`.
    pub(crate) fn bind_function(&mut self, scope: ScopeId, name: &'a str, id: FunctionId, span: Span) {
        let old = match self.own(scope, name) {
            Some(Binding { entity: Entity::Functions(list), .. }) => Some(list.clone()),
            _ => None,
        };
        let mut list = old.map_or_else(Vec::new, |l| (*l).clone());
        list.push(id);
        self.bind(scope, name, Entity::Functions(Rc::new(list)), span);
    }

    /// The `index`-th name given in a block-like scope.
    pub(crate) fn nth_binding(&self, scope: ScopeId, index: usize) -> Option<Entity<'a>> {
        match &self.scopes[scope.0 as usize].names {
            Names::List(list) => list.get(index).map(|(_, b)| b.entity.clone()),
            Names::Map(_) => None,
        }
    }

    /// The scope around `scope`.
    pub(crate) fn parent_scope(&self, scope: ScopeId) -> Option<ScopeId> {
        self.scopes[scope.0 as usize].parent
    }

    /// The visible name most like `name`, if one is near enough.
    pub(crate) fn similar_name(&self, name: &str) -> Option<&'a str> {
        let limit = match name.len() {
            0..=2 => 1,
            3..=5 => 2,
            _ => 3,
        };
        let mut best: Option<(usize, &'a str)> = None;
        let mut at = Some(self.scope);
        while let Some(scope) = at {
            let scope = &self.scopes[scope.0 as usize];
            let mut consider = |candidate: &'a str| {
                if candidate == name || candidate.len().abs_diff(name.len()) > limit {
                    return;
                }
                let distance = edit_distance(name, candidate);
                let better = best.is_none_or(|(d, c)| distance < d || distance == d && candidate < c);
                if distance <= limit && distance < name.len() && better {
                    best = Some((distance, candidate));
                }
            };
            match &scope.names {
                Names::List(list) => list.iter().for_each(|(n, _)| consider(n)),
                Names::Map(map) => map.keys().for_each(|n| consider(n)),
            }
            at = scope.parent;
        }
        let known = crate::facts::ATTRIBUTES.iter().map(|(n, _)| *n).chain(KNOWN_NAMES);
        for candidate in known.filter(|c| c.len().abs_diff(name.len()) <= limit) {
            let distance = edit_distance(name, candidate);
            if distance > 0
                && distance <= limit
                && distance < name.len()
                && best.is_none_or(|(d, _)| distance < d)
            {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, name)| name)
    }
}

/// Names of the library that are often misspelt.
const KNOWN_NAMES: [&str; 24] = [
    "float",
    "float2",
    "float3",
    "float4",
    "half",
    "bfloat",
    "uint",
    "uint2",
    "uint3",
    "ushort",
    "uchar",
    "bool",
    "ulong",
    "size_t",
    "int32_t",
    "uint32_t",
    "mem_threadgroup",
    "mem_device",
    "mem_none",
    "memory_order_relaxed",
    "threadgroup_barrier",
    "simdgroup_barrier",
    "INFINITY",
    "rsqrt",
];

/// Number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
