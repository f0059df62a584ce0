//! What must never be reported: the catalogue's list of look-alikes, all of it silent in `default`.

use emberforge_coach::engine::Sure;
use emberforge_coach::lint::lint;
use emberforge_coach::rules::{self, Profile};

const SILENT: &[(&str, &str)] = &[
    (
        "1 weak scalars",
        "y = x * 2 + 1\nz = x / n\nw = 0.5 * x\nv = x ** -0.5\nm = mx.maximum(x, 0)\nc = mx.clip(x, 0, 1)",
    ),
    ("2 plain assignments", "a = 1\nhidden_size: int = 4096\nflag: bool = True"),
    ("3 shape arithmetic", "k = x.shape[0] * 2\nr = (n + 15) // 16 * 16"),
    ("4 numbers", "k = int(0.5 * n)\ni = float('inf')"),
    ("5 torch to numpy", "import torch\ndef conv(t: torch.Tensor):\n    return t.numpy()"),
    (
        "6 casts",
        "y = x.astype(mx.float16)\nimport torch\ndef f(t: torch.Tensor):\n    return t.to(torch.float16)",
    ),
    ("7 item once per step", "for b in data:\n    loss = mx.mean(b)\n    print(loss.item())"),
    ("8 axis ints", "p = mx.pad(x, 1)\nr = mx.roll(x, 1, 0)\ns = mx.stack([x, x], 0)\nt = mx.split(x, 2, 0)"),
    ("9 sum of a list", "def f(xs: list[mx.array]):\n    return sum(xs)"),
    (
        "10 partial groups",
        "r = k(inputs=[x], grid=(1000, 1, 1), threadgroup=(256, 1, 1), output_shapes=[x.shape], output_dtypes=[x.dtype])",
    ),
    (
        "11 uniform early return",
        "u = mx.fast.metal_kernel(name='u', input_names=['x'], output_names=['out'], source='if (threadgroup_position_in_grid.x > 3) return; threadgroup_barrier(mem_flags::mem_threadgroup); out[0] = x[0];')",
    ),
    (
        "12 unsuffixed literals",
        "u = mx.fast.metal_kernel(name='u2', input_names=['x'], output_names=['out'], source='out[0] = x[0] * 0.5;')",
    ),
    (
        "13 tests of shapes and lists",
        "def f(x: mx.array, cache: list = None):\n    if x is None:\n        return 1\n    if x.ndim == 3 and x.shape[0] > 1:\n        return 2\n    if cache:\n        return 3",
    ),
    (
        "14 scaling by hand",
        "def f(x: mx.array, k: mx.array, n: int):\n    return mx.fft.irfft(mx.fft.rfft(k) / n, n=n, norm='forward')",
    ),
    (
        "15 split and optional keys",
        "def f(key=None):\n    a = mx.random.normal((3,), key=key)\n    return a + mx.random.normal((3,), key=key)\nkey = mx.random.key(0)\nkey, sub = mx.random.split(key)\ny = mx.random.normal((3,), key=sub)",
    ),
    ("16 float64 on the CPU", "with mx.stream(mx.cpu):\n    y = x.astype(mx.float64)"),
    ("17 unique indices", "x[1:3] += 1\nx[0] += 2\nx[mx.arange(2)] += 1"),
    (
        "18 cached kernels",
        "from functools import lru_cache\n@lru_cache\ndef make():\n    return mx.fast.metal_kernel(name='m', input_names=['x'], output_names=['out'], source='out[0] = x[0];')",
    ),
    ("19 constants of the right dtype", "def f(x: mx.array):\n    return x * mx.array(2.0, dtype=x.dtype)"),
    (
        "20 accumulator start",
        "total = mx.array(0.0)\nfor i in range(4):\n    total = total + mx.ones((1,)).sum()",
    ),
    (
        "21 eval once per step",
        "import mlx.nn as nn\nimport mlx.optimizers as optim\ndef train(model, loss_fn, data):\n    opt = optim.Adam(1e-3)\n    lg = nn.value_and_grad(model, loss_fn)\n    for a, b in data:\n        loss, g = lg(model, a, b)\n        opt.update(model, g)\n        mx.eval(model.parameters(), opt.state)",
    ),
    ("22 sums of half", "h = x.astype(mx.bfloat16)\ns = mx.sum(h)\nm = mx.mean(h)"),
];

#[test]
fn the_list_is_silent() {
    let rules: Vec<_> = rules::all().iter().copied().filter(|r| r.profile == Profile::Default).collect();
    for (what, code) in SILENT {
        let source = format!(
            "import mlx.core as mx\nn = 8\nx = mx.zeros((4, 4))\ndata = [x]\nk = mx.fast.metal_kernel(name='k', input_names=['x'], output_names=['out'], source='uint i = thread_position_in_grid.x; out[i] = x[i];')\n{code}\n"
        );
        let linted = lint("library.py", &source, &rules);
        assert!(linted.problems.is_empty(), "{what}");
        let shown: Vec<_> =
            linted.findings.iter().filter(|f| f.sure >= Sure::Likely).map(|f| (f.code, &f.message)).collect();
        assert!(shown.is_empty(), "{what}: {shown:?}");
    }
}
