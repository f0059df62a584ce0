//! The kernels of this repository are clean, and each that is broken on purpose is caught by the right rule.

use std::path::Path;

use emberforge_coach::engine::Sure;
use emberforge_coach::lint::lint;
use emberforge_coach::rules::{self, Profile};

fn kernels() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kernels");
    let mut out: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("kernels/ is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "metal"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("text"))
        })
        .collect();
    out.sort();
    out
}

fn codes(name: &str, text: &str) -> Vec<&'static str> {
    let rules: Vec<_> = rules::all().iter().copied().filter(|r| r.profile == Profile::Default).collect();
    let findings = lint(name, text, &rules).findings;
    findings.into_iter().filter(|f| f.sure >= Sure::Likely).map(|f| f.code).collect()
}

#[test]
fn the_shipped_kernels_are_clean() {
    let all = kernels();
    assert!(all.len() >= 20, "{} kernels", all.len());
    for (name, text) in all {
        assert_eq!(codes(&name, &text), Vec::<&str>::new(), "{name}");
    }
}

const BARRIER: &str = "    threadgroup_barrier(mem_flags::mem_threadgroup);\n";
const SPLIT_BARRIER: &str = "    if (tx > 3) { threadgroup_barrier(mem_flags::mem_threadgroup); }\n";

/// Kernel, what is replaced (where it first stands), by what, and a rule that must say so.
const MUTANTS: &[(&str, &str, &str, &str)] = &[
    ("softmax.metal", BARRIER, "", "MSL904"),
    ("layer_norm.metal", BARRIER, "", "MSL904"),
    ("layer_norm.metal", "/ D;\n    threadgroup_barrier(mem_flags::mem_threadgroup);", "/ D;", "MSL905"),
    (
        "softmax.metal",
        "-INFINITY);\n    threadgroup_barrier(mem_flags::mem_threadgroup);",
        "-INFINITY);",
        "MSL905",
    ),
    ("layer_norm.metal", "mem_flags::mem_threadgroup", "mem_flags::mem_none", "MSL906"),
    ("layer_norm.metal", "partial[32]", "partial[4]", "MSL918"),
    ("layer_norm.metal", "partial[32]", "partial[16384]", "MSL907"),
    ("layer_norm.metal", "uint D = x_shape[1];", "uint D = x_shape[1];\n    if (lid > 9) return;", "MSL902"),
    ("qr_col_dot.metal", BARRIER, SPLIT_BARRIER, "MSL903"),
    ("qr_col_dot.metal", BARRIER, "", "MSL904"),
    ("qr_col_dot.metal", "    c[out] = total;", "    partial[0][0] = total;", "KRN808"),
    ("depthwise3.metal", "y[tid] = acc;", "x[tid] = acc;", "KRN809"),
    ("depthwise3.metal", "uint L = params[2];", "", "KRN807"),
    ("depthwise3.metal", "float acc =", "double acc =", "MSL908"),
    ("exp.metal", "out[elem] = metal::exp(tmp);", "out[0] = metal::exp(tmp);", "MSL914"),
];

#[test]
fn each_kernel_that_is_broken_on_purpose_is_caught() {
    let all = kernels();
    let mut missed = Vec::new();
    for (name, from, to, code) in MUTANTS {
        let text = &all.iter().find(|k| k.0 == *name).expect("a shipped kernel").1;
        assert!(text.contains(from), "{name} no longer holds {from:?}");
        let found = codes(name, &text.replacen(from, to, 1));
        if !found.contains(code) {
            missed.push(format!("{name}: {from:?} -> {to:?}: {found:?}, not {code}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
