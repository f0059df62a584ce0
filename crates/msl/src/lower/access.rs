//! `private` and `protected` members.

use super::Lower;
use super::scope::ScopeId;
use super::structs::CONSTRUCTOR;
use super::value::Result;
use crate::syntax::ast::{self, Access, FunctionName, Item};
use emberforge_base::{Diagnostic, Span};

/// The names of a struct that not everyone may use. A name with a public overload counts as public.
pub(crate) fn hidden_names(ast: &ast::Struct) -> Vec<(&str, Access)> {
    let (mut hidden, mut public): (Vec<(&str, Access)>, Vec<&str>) = (Vec::new(), Vec::new());
    for (member, &access) in ast.members.iter().zip(&ast.access) {
        match member {
            Item::Function(f) if access == Access::Public => public.push(member_name(f)),
            _ if access == Access::Public => {}
            Item::Variables(list) => hidden.extend(list.iter().map(|v| (&*v.name.name, access))),
            Item::Function(f) => hidden.push((member_name(f), access)),
            Item::Struct(s) => hidden.push((&s.name.name, access)),
            Item::Enum(e) => hidden.push((&e.name.name, access)),
            Item::Alias { name, .. } => hidden.push((&name.name, access)),
            _ => {}
        }
    }
    hidden.retain(|(name, _)| !public.contains(name));
    hidden
}

/// The name under which a struct's scope keeps a function.
pub(crate) fn member_name(f: &ast::Function) -> &str {
    match &f.name {
        FunctionName::Plain(name) | FunctionName::Operator(name) => &name.name,
        FunctionName::Constructor(_) => CONSTRUCTOR,
        FunctionName::Conversion(_) => super::structs::CONVERSION,
    }
}

impl<'a> Lower<'a> {
    /// Refuses `name` of the struct whose members stand in `scope` where the code being lowered may not use it.
    pub(crate) fn check_access(&mut self, scope: ScopeId, name: &str, span: Span) -> Result<()> {
        let Some((owner, access)) = self.hidden(scope, name) else { return Ok(()) };
        if self.may_access(owner, access) {
            return Ok(());
        }
        let ty = self.instances[owner as usize].ty.clone();
        let word = if access == Access::Private { "private" } else { "protected" };
        let text = if name == CONSTRUCTOR {
            format!("the constructor of `{}` is {word}", ty.name)
        } else {
            format!("`{name}` is a {word} member of `{}`", ty.name)
        };
        let d = Diagnostic::error("private-member", span, text).also(ty.span, "declared here").help(
            "use a public method, or declare it after `public:`; members of a `class` are private until then",
        );
        Err(self.error(d))
    }

    /// The instance that declares `name` and who may use it, unless everyone may.
    fn hidden(&self, scope: ScopeId, name: &str) -> Option<(u32, Access)> {
        let id = *self.instance_of_scope.get(&scope)?;
        let instance = self.instances.get(id as usize)?;
        if self.own(scope, name).is_some() {
            return instance.hidden.iter().find(|(n, _)| *n == name).map(|(_, access)| (id, *access));
        }
        instance.bases.iter().find_map(|&base| self.hidden(self.struct_scope(base), name))
    }

    /// The code being lowered stands in the owner, or in a struct derived from it for `protected`.
    fn may_access(&self, owner: u32, access: Access) -> bool {
        let decl = self.instances[owner as usize].decl;
        let mut at = Some(self.scope);
        while let Some(scope) = at {
            if let Some(&id) = self.instance_of_scope.get(&scope) {
                let inside = match self.instances.get(id as usize) {
                    Some(found) => {
                        found.decl == decl || access == Access::Protected && self.is_base(owner, id)
                    }
                    None => self.instantiating.last().is_some_and(|(id, _)| *id == decl),
                };
                if inside {
                    return true;
                }
            }
            at = self.parent_scope(scope);
        }
        false
    }
}
