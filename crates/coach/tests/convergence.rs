//! Fixes come to an end: what `--unsafe-fixes` gives does not change when it is fixed again, and parses.

use std::path::Path;

use emberforge_coach::tool::{Io, run};

fn fixed(source: &str) -> (i32, String) {
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), source.as_bytes());
    let arguments: Vec<String> = ["-", "--unsafe-fixes", "--isolated", "--profile", "strict", "--exit-zero"]
        .map(str::to_owned)
        .to_vec();
    let cwd = std::env::temp_dir();
    let code = run(&arguments, &mut Io { out: &mut out, err: &mut err, input: &mut input, cwd });
    (code, String::from_utf8(out).expect("text"))
}

#[test]
fn every_example_reaches_a_text_that_fixing_leaves_alone() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut changed = 0;
    for page in std::fs::read_dir(dir).expect("tests/rules").flatten() {
        let text = std::fs::read_to_string(page.path()).expect("text");
        let mut blocks = text.split("```python").skip(1).filter_map(|b| b.split("```").next());
        let Some(prelude) = blocks.next().map(|b| b.trim_start_matches(" prelude")) else { continue };
        for block in blocks {
            let source = format!("{prelude}{block}");
            let (code, once) = fixed(&source);
            assert_eq!(code, 0, "{}\n{source}", page.path().display());
            changed += usize::from(once != source);
            assert_eq!(fixed(&once), (0, once.clone()), "{}", page.path().display());
        }
    }
    assert!(changed > 60, "only {changed} examples had something to fix");
}
