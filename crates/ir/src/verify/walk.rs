//! Goes through a kernel's statements in the order of the text, without recursion.

use crate::Stmt;

/// What the walk has come to.
#[derive(Clone, Copy)]
pub(super) enum Event<'k> {
    /// A statement, before what it contains.
    Stmt(&'k Stmt),
    /// Between an `if`'s two branches; also when the second is empty.
    Else,
    /// The end of an `if`, `loop` or `block`.
    End(&'k Stmt),
}

/// Calls `visit` with each event and the number of statements around it.
pub(super) fn walk<'k>(body: &'k [Stmt], mut visit: impl FnMut(usize, Event<'k>)) {
    let mut open = vec![Level { list: body.iter(), owner: None, otherwise: None }];
    while let Some(Level { list, owner, otherwise }) = open.last_mut() {
        if let Some(stmt) = list.next() {
            visit(open.len() - 1, Event::Stmt(stmt));
            match stmt {
                Stmt::If { then, otherwise, .. } => {
                    open.push(Level { list: then.iter(), owner: Some(stmt), otherwise: Some(otherwise) })
                }
                Stmt::Loop { body, .. } | Stmt::Block { body, .. } => {
                    open.push(Level { list: body.iter(), owner: Some(stmt), otherwise: None })
                }
                _ => {}
            }
        } else if let Some(second) = otherwise.take() {
            *list = second.iter();
            visit(open.len() - 2, Event::Else);
        } else {
            let owner = *owner;
            open.pop();
            if let Some(owner) = owner {
                visit(open.len() - 1, Event::End(owner));
            }
        }
    }
}

/// A statement list being walked.
struct Level<'k> {
    list: std::slice::Iter<'k, Stmt>,
    /// The statement that contains it; none for the kernel's body.
    owner: Option<&'k Stmt>,
    /// While in a `then`, the list that follows.
    otherwise: Option<&'k [Stmt]>,
}
