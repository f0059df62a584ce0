//! The prelude is Metal that the parser reads without findings.

use emberforge_base::{Sources, render};
use emberforge_msl::syntax::{ParseOptions, parse};

#[test]
fn the_prelude_parses_clean() {
    let mut sources = Sources::new();
    let header = sources.add("<prelude>", include_str!("../src/prelude/mlx.metal"));
    let body = sources.add("<body>", "");
    let start = std::time::Instant::now();
    let parsed = parse(&sources, header, body, &ParseOptions::default());
    let time = start.elapsed();
    let text: String = parsed.diagnostics.iter().map(|d| render(d, &sources, false)).collect();
    assert!(parsed.diagnostics.is_empty(), "{text}");
    assert!(time.as_millis() < 50, "{time:?}");
}
