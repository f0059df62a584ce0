//! The golden lines of the original linters: what each generation reported for one source line.

use emberforge_coach::lint::lint;
use emberforge_coach::rules::{self, Profile};

/// Source line, codes of the first generation, codes of the second.
const GOLDEN: &[(&str, &[&str], &[&str])] = &[
    ("y = x * 2", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("w = x ** 2.0", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("u = x[0] * 2", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("def g(p): return p * 2", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("a = mx.array(0.5 * 2)", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("z = x[i + 1]", &[], &[]),
    ("zz = foo[x * 2]", &[], &[]),
    ("v = f(x * 2)[0]", &[], &[]),
    ("s = \"a\" * 3", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("q = (1, 2) * 3", &["OPS-SCALAR-STRICT"], &["PYTHON-SCALAR-002"]),
    ("pads = [(0, 0)] * n", &[], &[]),
    ("n = 3", &["ASSIGN-SCALAR-STRICT"], &["ASSIGN-SCALAR-001"]),
    ("flag = True", &["ASSIGN-SCALAR-STRICT"], &["ASSIGN-SCALAR-001"]),
    ("k: int = 5", &["ASSIGN-SCALAR-STRICT"], &["ASSIGN-SCALAR-001"]),
    ("t = (1, 'a')", &["ASSIGN-SCALAR-STRICT"], &[]),
    ("a, b = 1, 2", &["ASSIGN-SCALAR-STRICT"], &[]),
    ("v = -1", &[], &[]),
    ("x += 1", &[], &[]),
    ("d = {'a': 1}", &[], &[]),
    ("if x.max() > 0.5: pass", &[], &[]),
    ("def fn(p=3): pass", &[], &[]),
    ("r = range(3)", &[], &[]),
    ("mx.add(x, 1)", &["OPS-CALL-SCALAR-STRICT"], &["PYTHON-SCALAR-001"]),
    ("mx.maximum(x, 3)", &["OPS-CALL-SCALAR-STRICT"], &[]),
    ("mx.add(x, -1)", &[], &[]),
    ("mx.add(x, other=1)", &[], &[]),
    ("mx.array(2)", &[], &["SCALAR-DTYPE-REQUIRED"]),
    ("mx.fft.rfft(x)", &["FFT-NORM-001"], &["FFT-NORM-001"]),
    ("mx.fft.irfft(x)", &[], &["FFT-NORM-002"]),
    ("mx.fft.irfft(x, norm='forward')", &["FFT-NORM-002"], &["FFT-NORM-002"]),
    ("mx.fft.irfft(x, norm='backward')", &["FFT-NORM-003"], &["FFT-NORM-002"]),
    ("np.fft.rfft(x)", &[], &[]),
    ("x.item()", &["NUM-ITEM-001"], &["GRAPH-BREAK-001"]),
    ("x.numpy()", &["NUM-NP-002"], &["GRAPH-BREAK-001"]),
    ("x.to('cpu')", &["DEV-HOP-001"], &["DEVICE-HOP-001"]),
    ("float(x)", &["NUM-CAST-STRICT"], &["CAST-001"]),
    ("int('3')", &["NUM-CAST-STRICT"], &["CAST-001"]),
    ("x.__float__()", &["NUM-DUNDER-001"], &[]),
    ("mx.fast.metal_kernel()", &[], &["MLX-METAL-KERNEL-001"]),
];

fn codes(line: &str, own: Profile) -> Vec<&'static str> {
    let rules: Vec<_> =
        rules::all().iter().copied().filter(|r| r.profile == own || r.profile == Profile::Both).collect();
    let source = format!("import mlx.core as mx\nimport numpy as np\n{line}\n");
    lint("golden.py", &source, &rules).findings.iter().map(|f| f.code).collect()
}

#[test]
fn both_generations_report_what_they_reported() {
    for (line, first, second) in GOLDEN {
        assert_eq!(codes(line, Profile::Original), *first, "first generation: {line}");
        assert_eq!(codes(line, Profile::Guide), *second, "second generation: {line}");
    }
}
