//! What the engine knows, asked through rules that fire exactly when it knows it.
//!
//! `v[v > 0]` is reported (ARR706) when `v` is known to be an array; `v + 1e-9` (DTY408) when it is
//! known to be float16.

use emberforge_coach::engine::Sure;
use emberforge_coach::lint::lint;
use emberforge_coach::rules;

fn fires(code: &str, source: &str) -> bool {
    let rule = rules::find(code).expect("a rule");
    let linted = lint("module.py", source, &[rule]);
    assert!(linted.problems.is_empty(), "{:?}\n{source}", linted.problems);
    linted.findings.iter().any(|f| f.sure >= Sure::Likely)
}

/// Code that ends with `v` holding something, and whether that is an array.
const ARRAYS: &[(&str, &str, bool)] = &[
    ("a constructor", "import mlx.core as mx\nv = mx.zeros((3,))", true),
    ("from mlx import core", "from mlx import core\nv = core.zeros((3,))", true),
    ("from mlx.core import a function", "from mlx.core import zeros as z\nv = z((3,))", true),
    ("import mlx.core without a name", "import mlx.core\nv = mlx.core.zeros((3,))", true),
    (
        "an import in a try",
        "try:\n    import mlx.core as mx\nexcept ImportError:\n    mx = None\nv = mx.zeros((3,))",
        true,
    ),
    ("a submodule", "from mlx.core import fft\nv = fft.irfft(fft.rfft(fft.fftfreq(4)))", true),
    ("a method", "import mlx.core as mx\nv = mx.zeros((3, 3)).sum(axis=0)", true),
    ("arithmetic", "import mlx.core as mx\nv = 2 * mx.zeros((3,)) + 1", true),
    ("numpy is not mlx", "import mlx.core as mx\nimport numpy as np\nv = np.zeros(3)", false),
    ("a list", "import mlx.core as mx\nv = [1, 2]", false),
    ("a number that was read", "import mlx.core as mx\nv = mx.zeros((3,)).sum().item()", false),
    ("a shape", "import mlx.core as mx\nv = mx.zeros((3,)).shape", false),
    ("an annotation", "import mlx.core as mx\ndef f(v: mx.array):\n    return PROBE", true),
    ("an annotation in quotes", "import mlx.core as mx\ndef f(v: 'mx.array'):\n    return PROBE", true),
    ("another annotation", "import mlx.core as mx\ndef f(v: list[int]):\n    return PROBE", false),
    (
        "nothing known of a parameter",
        "import mlx.core as mx\nimport numpy as np\ndef f(v):\n    return PROBE",
        false,
    ),
    ("handed to mlx", "import mlx.core as mx\ndef f(v):\n    y = mx.exp(v)\n    return PROBE", true),
    (
        "handed to a layer",
        "import mlx.core as mx\nimport mlx.nn as nn\nclass M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.p = nn.Linear(2, 2)\n    def __call__(self, v):\n        y = self.p(v)\n        return PROBE",
        true,
    ),
    (
        "handed to a function that hands it on",
        "import mlx.core as mx\ndef g(a):\n    return mx.exp(a)\ndef f(v):\n    y = g(v)\n    return PROBE",
        true,
    ),
    ("passed by a caller", "import mlx.core as mx\ndef f(v):\n    return PROBE\nf(mx.zeros((3,)))", true),
    ("returned by a function", "import mlx.core as mx\ndef g():\n    return mx.zeros((3,))\nv = g()", true),
    (
        "returned through two functions, defined later",
        "import mlx.core as mx\ndef f():\n    v = g()\n    return PROBE\ndef g():\n    return h()\ndef h():\n    return mx.zeros((3,))",
        true,
    ),
    ("one of a tuple", "import mlx.core as mx\ndef g():\n    return mx.zeros((3,)), 1\nv, n = g()", true),
    (
        "the other of a tuple",
        "import mlx.core as mx\ndef g():\n    return mx.zeros((3,)), 1\nn, v = g()",
        false,
    ),
    (
        "an attribute",
        "import mlx.core as mx\nclass A:\n    def __init__(self):\n        self.w = mx.zeros((3,))\n    def f(self):\n        v = self.w\n        return PROBE",
        true,
    ),
    (
        "an attribute of a base class",
        "import mlx.core as mx\nclass A:\n    def __init__(self):\n        self.w = mx.zeros((3,))\nclass B(A):\n    def f(self):\n        v = self.w\n        return PROBE",
        true,
    ),
    (
        "an attribute that may be None, asked",
        "import mlx.core as mx\nclass A:\n    def __init__(self):\n        self.w = None\n    def set(self):\n        self.w = mx.zeros((3,))\n    def f(self):\n        v = self.w\n        if v is not None:\n            return PROBE",
        true,
    ),
    (
        "a property",
        "import mlx.core as mx\nclass A:\n    @property\n    def w(self):\n        return mx.zeros((3,))\nv = A().w",
        true,
    ),
    ("an item of a list", "import mlx.core as mx\nxs = [mx.zeros((3,)) for _ in range(4)]\nv = xs[0]", true),
    (
        "an appended item",
        "import mlx.core as mx\nxs = []\nfor i in range(3):\n    xs.append(mx.zeros((3,)))\nv = xs[-1]",
        true,
    ),
    ("a value of a dict", "import mlx.core as mx\nd = {'a': mx.zeros((3,))}\nv = d['a']", true),
    (
        "values of a dict",
        "import mlx.core as mx\nd = {'a': mx.zeros((3,))}\nfor k, v in d.items():\n    PROBE",
        true,
    ),
    (
        "zip and enumerate",
        "import mlx.core as mx\nxs = [mx.zeros((3,))]\nfor i, (a, v) in enumerate(zip(range(3), xs)):\n    PROBE",
        true,
    ),
    ("rows", "import mlx.core as mx\nfor v in mx.zeros((3, 3)):\n    PROBE", true),
    (
        "a closure",
        "import mlx.core as mx\ndef outer():\n    v = mx.zeros((3,))\n    def inner():\n        return PROBE\n    return inner",
        true,
    ),
    ("a global", "import mlx.core as mx\nv = mx.zeros((3,))\ndef f():\n    return PROBE", true),
    (
        "a global from a function",
        "import mlx.core as mx\ndef g():\n    return mx.zeros((3,))\nv = g()\ndef f():\n    return PROBE",
        true,
    ),
    (
        "a compiled function",
        "import mlx.core as mx\n@mx.compile\ndef g(a):\n    return mx.exp(a)\nv = g(mx.zeros((3,)))",
        true,
    ),
    (
        "value_and_grad",
        "import mlx.core as mx\ndef g(a):\n    return mx.sum(a)\nv, grads = mx.value_and_grad(g)(mx.zeros((3,)))",
        true,
    ),
    (
        "a partial",
        "import mlx.core as mx\nfrom functools import partial\ndef g(a, b):\n    return mx.exp(a) + b\nv = partial(g, b=1)(mx.zeros((3,)))",
        true,
    ),
    ("a lambda", "import mlx.core as mx\ng = lambda a: mx.exp(a)\nv = g(mx.zeros((3,)))", true),
    (
        "one way an array, the other a list",
        "import mlx.core as mx\nimport sys\nif sys.argv:\n    v = mx.zeros((3,))\nelse:\n    v = [1]",
        false,
    ),
    (
        "both ways arrays",
        "import mlx.core as mx\nimport sys\nv = mx.zeros((3,)) if sys.argv else mx.ones((3,))",
        true,
    ),
    (
        "after isinstance",
        "import mlx.core as mx\nimport numpy as np\ndef f(v):\n    if isinstance(v, mx.array):\n        return PROBE",
        true,
    ),
    (
        "after not isinstance",
        "import mlx.core as mx\ndef f(v: mx.array):\n    if not isinstance(v, mx.array):\n        return PROBE",
        false,
    ),
    ("a walrus", "import mlx.core as mx\nif (v := mx.zeros((3,))) is not None:\n    PROBE", true),
    (
        "cast to an mlx dtype",
        "import mlx.core as mx\nimport numpy as np\ndef f(a):\n    v = a.astype(mx.float32)\n    return PROBE",
        true,
    ),
    (
        "cast to a numpy dtype",
        "import mlx.core as mx\nimport numpy as np\ndef f(a):\n    v = a.astype(np.float32)\n    return PROBE",
        false,
    ),
    (
        "a match arm",
        "import mlx.core as mx\nimport sys\nmatch len(sys.argv):\n    case 1:\n        v = mx.zeros((3,))\n    case _:\n        v = mx.ones((3,))",
        true,
    ),
];

#[test]
fn arrays_are_known_wherever_they_come_from() {
    let mut wrong = String::new();
    for (what, code, expected) in ARRAYS {
        let probe = "v[v > 0]";
        let source =
            if code.contains("PROBE") { code.replace("PROBE", probe) } else { format!("{code}\n{probe}") };
        if fires("ARR706", &(source + "\n")) != *expected {
            wrong.push_str(what);
            wrong.push('\n');
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Code that ends with `v`, and whether that is known to be float16.
const HALVES: &[(&str, &str, bool)] = &[
    ("a cast", "v = x.astype(mx.float16)", true),
    ("a dtype argument", "v = mx.zeros((3,), dtype=mx.float16)", true),
    ("a dtype by place", "v = mx.zeros((3,), mx.float16)", true),
    ("float32", "v = mx.zeros((3,))", false),
    ("bfloat16 has the range", "v = x.astype(mx.bfloat16)", false),
    ("a weak number keeps it", "v = x.astype(mx.float16) * 2.0 + 1", true),
    ("mx.maximum keeps it", "v = mx.maximum(x.astype(mx.float16), 0)", true),
    ("where keeps it", "v = mx.where(x > 0, x.astype(mx.float16), 0.0)", true),
    ("an int array keeps it", "v = x.astype(mx.float16) + mx.arange(3)", true),
    ("a float32 array widens it", "v = x.astype(mx.float16) + mx.array(2.0)", false),
    ("another half widens it", "v = x.astype(mx.float16) + x.astype(mx.bfloat16)", false),
    ("the dtype of another array", "h = x.astype(mx.float16)\nv = mx.zeros((3,), dtype=h.dtype)", true),
    ("a dtype in a variable", "t = mx.float16\nv = x.astype(t)", true),
    ("indexing keeps it", "v = x.astype(mx.float16)[0]", true),
    ("reshape keeps it", "v = x.astype(mx.float16).reshape(-1)", true),
    ("concatenate promotes", "h = x.astype(mx.float16)\nv = mx.concatenate([h, h])", true),
    ("concatenate with float32", "h = x.astype(mx.float16)\nv = mx.concatenate([h, mx.zeros((3,))])", false),
    ("through a function", "def g(a):\n    return a.astype(mx.float16)\nv = g(x)", true),
    ("matmul keeps it", "h = x.astype(mx.float16)\nv = h @ h", true),
    ("comparison is bool", "h = x.astype(mx.float16)\nv = h > 0", false),
    ("a sum keeps it", "v = mx.sum(x.astype(mx.float16), axis=0)", true),
    ("sums of ints stay ints", "v = mx.sum(mx.arange(3))", false),
];

#[test]
fn dtypes_follow_mlx_promotion() {
    let mut wrong = String::new();
    for (what, code, expected) in HALVES {
        let source = format!("import mlx.core as mx\nx = mx.random.normal((3, 3))\n{code}\nw = v + 1e-9\n");
        if fires("DTY408", &source) != *expected {
            wrong.push_str(what);
            wrong.push('\n');
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn sums_of_ints_are_ints() {
    let source = "import mlx.core as mx\nt = mx.array([1, 2])\ni = mx.sum(mx.arange(3) > 1)\nv = t[i]\n";
    assert!(!fires("ARR709", source));
    assert!(fires("ARR709", &source.replace("mx.sum(mx.arange(3) > 1)", "mx.mean(mx.arange(3))")));
}
