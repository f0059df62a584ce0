//! Odd inputs: large trees, huge files, cyclic imports, broken files, line endings that must survive.

mod folder;

use std::fmt::Write as _;
use std::path::Path;

use emberforge_coach::tool::{Io, run};
use folder::folder;

fn command(cwd: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), input.as_bytes());
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    let mut io = Io { out: &mut out, err: &mut err, input: &mut input, cwd: cwd.to_path_buf() };
    let code = run(&arguments, &mut io);
    (code, String::from_utf8(out).expect("text"), String::from_utf8(err).expect("text"))
}

/// All Python examples of the repository's own pages.
fn examples() -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut pages: Vec<_> =
        std::fs::read_dir(dir).expect("tests/rules").flatten().map(|e| e.path()).collect();
    pages.sort();
    let mut out = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(page).expect("text");
        let blocks: Vec<&str> =
            text.split("```python").skip(1).filter_map(|b| b.split("```").next()).collect();
        out.push(blocks.iter().map(|b| b.trim_start_matches(" prelude")).collect());
    }
    out
}

#[test]
fn a_tree_of_sixty_thousand_lines_gives_the_same_answer_on_any_number_of_threads() {
    let dir = folder("tree", &[]);
    let pages = examples();
    let (mut lines, mut n) = (0, 0);
    while lines < 60_000 {
        let text = &pages[n % pages.len()];
        let sub = dir.join(format!("pkg{}", n % 17));
        std::fs::create_dir_all(&sub).expect("a folder");
        std::fs::write(sub.join(format!("m{n}.py")), text).expect("written");
        lines += text.lines().count();
        n += 1;
    }
    let one = command(&dir, &[".", "--jobs", "1", "--format", "concise"], "");
    let four = command(&dir, &[".", "--jobs", "4", "--format", "concise"], "");
    assert_eq!(one, four);
    assert!(one.1.lines().count() > 1_000, "{}", one.1.lines().count());
    let mut sorted: Vec<&str> = one.1.lines().filter_map(|l| l.split(':').next()).collect();
    sorted.pop();
    assert!(sorted.is_sorted(), "files in order");
}

#[test]
fn a_huge_file_is_linted_and_says_each_finding_once() {
    let dir = folder("huge", &[]);
    let mut text = String::from("import mlx.core as mx\n");
    for i in 0..20_000 {
        let _ = writeln!(text, "def f{i}(x: mx.array):\n    return x[x > {i}]");
    }
    std::fs::write(dir.join("huge.py"), &text).expect("written");
    let (code, out, _) = command(&dir, &["huge.py", "--statistics"], "");
    assert_eq!(code, 1);
    assert!(out.contains("20000  ARR706"), "{out}");
}

#[test]
fn files_that_import_each_other_are_linted_for_themselves() {
    let dir = folder("cycle", &[]);
    let text = |other: &str| {
        format!(
            "import mlx.core as mx\nfrom .{other} import g\ndef g(x: mx.array):\n    return g(x[x > 0])\n"
        )
    };
    std::fs::write(dir.join("a.py"), text("b")).expect("written");
    std::fs::write(dir.join("b.py"), text("a")).expect("written");
    let (code, out, _) = command(&dir, &[".", "--format", "concise"], "");
    assert_eq!((code, out.lines().count()), (1, 3), "{out}");
}

#[test]
fn functions_and_classes_that_refer_to_themselves_end() {
    let source = "import mlx.core as mx\nclass A(A):\n    pass\nclass B(C): pass\nclass C(B):\n    def f(self):\n        return self.f().g(self)\ndef f(x):\n    return g(f(x))\ndef g(x):\n    return [f(x), g(x)]\nx = f\nx = x(x)(x)\ny = [y for y in y]\n";
    let (code, _, err) = command(&folder("self", &[]), &["-"], source);
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn an_error_in_the_middle_is_told_with_its_place_and_the_rest_is_linted() {
    let dir = folder("broken", &[]);
    std::fs::write(dir.join("a.py"), "import mlx.core as mx\nx = (1,\ndef f(:\n    pass\n").expect("written");
    std::fs::write(dir.join("b.py"), "import mlx.core as mx\ndef f(x: mx.array):\n    return x[x > 0]\n")
        .expect("written");
    std::fs::write(dir.join("c.py"), b"\xff\xfe\x00").expect("written");
    std::fs::write(dir.join("d.ipynb"), "{}").expect("written");
    let (code, out, err) = command(&dir, &[".", "--format", "concise"], "");
    assert_eq!(code, 2);
    assert!(out.contains("a.py:") && out.contains("does not parse"), "{out}");
    assert!(out.contains("b.py:3:12: error ARR706"), "{out}");
    assert!(out.contains("d.ipynb:") && out.contains("it has no `cells`"), "{out}");
    assert!(err.contains("c.py: not UTF-8 text"), "{err}");
}

#[test]
fn a_fix_keeps_line_endings_and_the_byte_order_mark() {
    let dir = folder("endings", &[]);
    let text =
        "\u{feff}import mlx.core as mx\r\n\r\ndef f(größe: mx.array):\r\n\treturn mx.sum(größe, dim=0)\r\n";
    std::fs::write(dir.join("m.py"), text).expect("written");
    let (code, out, _) = command(&dir, &["m.py", "--fix", "--format", "concise"], "");
    assert_eq!(code, 0, "{out}");
    let fixed = std::fs::read_to_string(dir.join("m.py")).expect("text");
    assert_eq!(fixed, text.replace("dim=0", "axis=0"));
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    let (code, out, _) = command(
        &folder("pipe", &[]),
        &["-", "--fix"],
        "import mlx.core as mx\ny = mx.sum(mx.ones((2,)), dim=0)\n",
    );
    assert_eq!((code, out.as_str()), (0, "import mlx.core as mx\ny = mx.sum(mx.ones((2,)), axis=0)\n"));
}

#[test]
fn magics_and_cells_of_a_notebook_keep_their_places() {
    let dir = folder("notebook", &[]);
    let cells = r##"{"cells":[
        {"cell_type":"code","source":["%%bash\n","rm -rf ("]},
        {"cell_type":"code","source":["!pip install mlx\n","import mlx.core as mx\n","x = mx.zeros((3,))"]},
        {"cell_type":"raw","source":["def ("]},
        {"cell_type":"code","source":[]},
        {"cell_type":"code","source":["x[x > 0]"]}]}"##;
    std::fs::write(dir.join("n.ipynb"), cells).expect("written");
    let (code, out, err) = command(&dir, &[".", "--fix", "--format", "concise"], "");
    assert_eq!(code, 1);
    assert!(out.starts_with("n.ipynb:cell 5:1:1: error ARR706"), "{out}{err}");
    let (_, json, _) = command(&dir, &[".", "--format", "json"], "");
    let rows: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&rows[0]["cell"], &rows[0]["line"]), (&5.into(), &1.into()));
}

#[test]
fn deep_nesting_of_every_kind_is_refused_or_survived() {
    let deep = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    let cases = [
        deep("[", "]", 900),
        deep("f(", ")", 900),
        format!("{}1", "-".repeat(900)),
        format!("{}x", "not ".repeat(900)),
        format!("x{}", ".a".repeat(3_000)),
        format!("x{}", "[0]".repeat(3_000)),
        format!("{}1", "lambda: ".repeat(900)),
        format!("1{}", " if x else 1".repeat(900)),
    ];
    for case in cases {
        let source = format!("import mlx.core as mx\nx = 1\ny = {case}\n");
        let dir = folder("deep", &[]);
        std::fs::write(dir.join("deep.py"), source).expect("written");
        let (code, ..) = command(&dir, &["deep.py"], "");
        assert!(code == 0 || code == 2, "{code}");
    }
    let mut blocks = String::from("import mlx.core as mx\n");
    for depth in 0..90 {
        let _ = writeln!(blocks, "{}if x:", " ".repeat(depth));
    }
    let _ = writeln!(blocks, "{}pass", " ".repeat(90));
    assert_eq!(command(&folder("blocks", &[]), &["-"], &blocks).0, 0);
}
