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
    // Lists being walked, each with the statement that contains it and, while in a `then`, the list that follows.
    let mut open: Vec<(std::slice::Iter<'k, Stmt>, Option<&'k Stmt>, Option<&'k [Stmt]>)> =
        vec![(body.iter(), None, None)];
    while let Some((list, owner, otherwise)) = open.last_mut() {
        if let Some(stmt) = list.next() {
            visit(open.len() - 1, Event::Stmt(stmt));
            match stmt {
                Stmt::If { then, otherwise, .. } => open.push((then.iter(), Some(stmt), Some(otherwise))),
                Stmt::Loop { body, .. } | Stmt::Block { body, .. } => {
                    open.push((body.iter(), Some(stmt), None))
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
