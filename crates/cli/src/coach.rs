//! `ember coach`: the place of the linter.

use crate::Exit;
use crate::args::CoachArgs;
use emberforge_base::{Error, ErrorKind, Result};

pub(crate) fn coach(args: &CoachArgs) -> Result<Exit> {
    let rest = args.rest.join(" ");
    Err(Error::new(
        ErrorKind::Unsupported,
        format!("the linter is not built into `ember` yet; run `embercoach {rest}`").trim_end().to_string(),
    ))
}
