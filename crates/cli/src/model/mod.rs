//! Commands on models: `args` has their flags, each command is one file, the others serve them.

pub(crate) mod args;
pub(crate) mod classify;
pub(crate) mod convert;
pub(crate) mod embed;
pub(crate) mod fill_mask;
pub(crate) mod inspect;
mod open;
mod partial;
mod row;
pub(crate) mod similarity;
mod texts;
mod write;
