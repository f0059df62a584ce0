//! `ember kernel show`: one stage of a kernel as text.

use crate::args::{ShowArgs, Stage};
use crate::{Exit, terminal};
use emberforge_base::Result;
use emberforge_kernel::testfile::TestFile;
use emberforge_msl::syntax;
use std::fmt::Write as _;

pub(crate) fn show(args: &ShowArgs) -> Result<Exit> {
    let file = TestFile::read(&args.typing.file, &args.typing.options())?;
    let setup = file.setup()?;
    let text = match args.stage {
        Stage::Metal => file.builder(&setup).build()?.metal_source(&setup.types())?,
        Stage::Ir => file.builder(&setup).build()?.ir(&setup.types())?,
        Stage::Tokens | Stage::Tree => {
            let (sources, header, body) = file.sources();
            let types: Vec<&str> = setup.template.iter().map(|(name, _)| name.as_str()).collect();
            let values: Vec<&str> = setup.inputs.iter().map(|(name, _)| name.as_str()).collect();
            let options = syntax::ParseOptions {
                type_names: &types,
                value_names: &values,
                ..syntax::ParseOptions::default()
            };
            if args.stage == Stage::Tree {
                let parsed = syntax::parse(&sources, header, body, &options);
                syntax::print_tree(&parsed.tree)
            } else {
                let mut text = String::new();
                for (token, span) in syntax::tokens(&sources, header, body, &options) {
                    let position = sources.position(span);
                    let _ = writeln!(text, "{}:{}\t{token}", position.line, position.column);
                }
                text
            }
        }
    };
    terminal::out(text.trim_end());
    terminal::out("\n");
    Ok(Exit::Ok)
}
